#include <oncall/cli/commands.hpp>

namespace stook::sre::cli {

exit_code run(const show_text& command, terminal& to) {
  to.out.write(command.text);
  return exit_code::finished;
}

}  // namespace stook::sre::cli
