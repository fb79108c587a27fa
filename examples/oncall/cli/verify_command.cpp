#include <sstream>
#include <string>

#include <oncall/cli/commands.hpp>
#include <oncall/cli/inputs.hpp>
#include <oncall/cli/model_choice.hpp>
#include <oncall/verify/verify.hpp>
#include <stook/core/codec.hpp>

namespace stook::sre::cli {

exit_code run(const verify_command& command, terminal& to) {
  const postmortem document = read_document(command.document);
  investigation about({.files = command.files, .masks = masks_for(command.mask_emails)});
  about.load();
  say_what_was_odd(about.data().reports, to);
  const verification outcome = verify(document, about);
  if (command.json) {
    to.out.line(to_json_text(outcome));
  } else {
    // Lines are the program's own; what stands in them comes from a document that anybody may have written.
    std::istringstream text(to_text(outcome));
    for (std::string line; std::getline(text, line);) to.out.line(printable(line));
  }
  return outcome.holds ? exit_code::finished : exit_code::failed;
}

}  // namespace stook::sre::cli
