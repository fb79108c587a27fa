#include <fmt/format.h>

#include <oncall/cli/investigate.hpp>
#include <oncall/cli/output_directory.hpp>
#include <oncall/data/generate.hpp>

namespace stook::sre::cli {

exit_code run(const demo_command& command, terminal& to) {
  to.quiet = command.run.quiet;
  prepare_directory(command.run.out);
  const std::filesystem::path day = command.run.out / "day";
  write_day(generate_day({.seed = command.seed, .quiet = command.quiet_day}), day);
  to.say(fmt::format("{} seed {}: a made-up {}, in {}\n", to.err.paint(style::dim, "Day of"), command.seed,
                     command.quiet_day ? "quiet day" : "day of a web shop", printable(day.string())));
  return investigate({.metrics = day / "metrics.csv",
                      .logs = day / "logs.csv",
                      .events = day / "events.csv",
                      .topology = day / "topology.csv"},
                     command.run, to);
}

}  // namespace stook::sre::cli
