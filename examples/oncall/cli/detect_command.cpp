#include <vector>

#include <fmt/format.h>

#include <oncall/cli/commands.hpp>
#include <oncall/cli/inputs.hpp>
#include <oncall/cli/table.hpp>
#include <oncall/data/loaders.hpp>
#include <oncall/tools/window_report.hpp>
#include <stook/core/codec.hpp>

namespace stook::sre::cli {

struct windows_answer {
  std::vector<window_report> windows;
};
STOOK_DESCRIBE(windows_answer, (windows))

namespace {

void show_window(const window_report& w, terminal& to) {
  to.out.line(to.out.paint(style::bold, window_text(w.start, w.end)));
  table effects({"metric", "normal", "mean", "worst", "at", "deviation"});
  for (const metric_report& m : w.metrics) {
    effects.add({m.metric, fmt::format("{:.4g}", m.normal), fmt::format("{:.4g}", m.mean),
                 fmt::format("{:.4g}", m.worst), to_string(m.worst_at), fmt::format("{:+.1f}", m.deviation)});
  }
  to.out.write(effects.text(to.out));
}

}  // namespace

exit_code run(const detect_command& command, terminal& to) {
  const loaded_metrics in = load_metrics(command.metrics);
  say_what_was_odd({in.report}, to);
  const detection found = detect_windows(in.table);
  for (const quality_note& note : found.notes) {
    to.say(fmt::format("{} {}{}{}", to.err.paint(style::dim, "note:"), printable(note.metric),
                       note.metric.empty() ? "" : ": ", printable(note.text)));
  }
  windows_answer answer;
  for (const incident_window& w : found.windows) answer.windows.push_back(report_window(w));
  if (command.json) {
    to.out.line(to_json_text(answer));
    return exit_code::finished;
  }
  if (answer.windows.empty()) to.out.line("No incident.");
  for (const window_report& w : answer.windows) show_window(w, to);
  return exit_code::finished;
}

}  // namespace stook::sre::cli
