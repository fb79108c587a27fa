#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <oncall/cli/commands.hpp>
#include <oncall/cli/follow_metrics.hpp>
#include <oncall/cli/inputs.hpp>
#include <oncall/cli/table.hpp>
#include <oncall/data/loaders.hpp>
#include <oncall/detect/trailing_z_score.hpp>
#include <oncall/tools/window_report.hpp>
#include <stook/core/codec.hpp>

namespace stook::sre::cli {

struct windows_answer {
  std::vector<window_report> windows;
};
STOOK_DESCRIBE(windows_answer, (windows))

struct flagged_stretch {
  std::string metric;
  timestamp first{};
  timestamp last{};
  std::int64_t samples = 0;
};
STOOK_DESCRIBE(flagged_stretch, (metric), (first), (last), (samples))

struct flagged_answer {
  std::vector<flagged_stretch> flagged;
};
STOOK_DESCRIBE(flagged_answer, (flagged))

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

/// Flagged samples no further apart than windows that are one.
flagged_answer trailing_z_scores(const metrics_table& metrics) {
  flagged_answer answer;
  for (const metric_series& series : metrics.series) {
    bool first = true;
    for (const std::size_t at : trailing_z_score_flags(series.values)) {
      const timestamp ts = metrics.ts[at];
      if (first || ts - answer.flagged.back().last > detector_options{}.merge_gap) {
        answer.flagged.push_back({series.name, ts, ts, 0});
      }
      first = false;
      answer.flagged.back().last = ts;
      ++answer.flagged.back().samples;
    }
  }
  return answer;
}

exit_code show(const flagged_answer& answer, bool json, terminal& to) {
  if (json) {
    to.out.line(to_json_text(answer));
    return exit_code::finished;
  }
  if (answer.flagged.empty()) {
    to.out.line("Nothing flagged.");
    return exit_code::finished;
  }
  table stretches({"metric", "first", "last", "samples"});
  for (const flagged_stretch& s : answer.flagged) {
    stretches.add({s.metric, to_string(s.first), to_string(s.last), fmt::format("{}", s.samples)});
  }
  to.out.write(stretches.text(to.out));
  return exit_code::finished;
}

}  // namespace

exit_code run(const detect_command& command, terminal& to) {
  if (command.follow) return follow_metrics(command.metrics, command.json, to);
  const loaded_metrics in = load_metrics(command.metrics);
  say_what_was_odd({in.report}, to);
  if (command.trailing_z_score) return show(trailing_z_scores(in.table), command.json, to);
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
