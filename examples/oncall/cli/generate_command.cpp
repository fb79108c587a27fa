#include <fmt/format.h>

#include <oncall/cli/commands.hpp>
#include <oncall/cli/output_directory.hpp>
#include <oncall/data/generate.hpp>

namespace stook::sre::cli {

exit_code run(const generate_command& command, terminal& to) {
  const generate_options options{.seed = command.seed, .quiet = command.quiet_day};
  prepare_directory(command.out);
  write_day(generate_day(options), command.out);
  to.say(fmt::format("Wrote metrics.csv, logs.csv, events.csv, topology.csv and truth.json to {}",
                     printable(command.out.string())));
  return exit_code::finished;
}

}  // namespace stook::sre::cli
