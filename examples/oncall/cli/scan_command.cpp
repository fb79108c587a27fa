#include <fmt/format.h>

#include <oncall/cli/commands.hpp>
#include <oncall/cli/inputs.hpp>
#include <oncall/cli/model_choice.hpp>
#include <oncall/cli/table.hpp>
#include <oncall/data/loaders.hpp>
#include <oncall/logs/log_scan.hpp>
#include <oncall/logs/mine_file.hpp>
#include <oncall/logs/window_counts.hpp>
#include <oncall/tools/window_report.hpp>
#include <stook/core/codec.hpp>

namespace stook::sre::cli {
namespace {

void show(const log_scan& scan, terminal& to) {
  to.out.line(to.out.paint(style::bold, window_text(scan.window.from, scan.window.to)));
  to.out.line(fmt::format("{} lines, {} of them errors; {:.0f} expected by the quiet {:.1f} h",
                          grouped(static_cast<std::uint64_t>(scan.lines)),
                          grouped(static_cast<std::uint64_t>(scan.error_lines)), scan.expected_error_lines,
                          scan.quiet_hours));
  if (!scan.signals.empty()) {
    to.out.write("\n");
    table signals({"service", "kind", "count", "expected", "lift", "onset", "message"});
    for (const log_signal& s : scan.signals) {
      signals.add({s.service, s.kind.empty() ? "-" : s.kind, std::to_string(s.count),
                   fmt::format("{:.1f}", s.expected), fmt::format("{:+.1f}", s.lift), to_string(s.onset),
                   s.message});
    }
    to.out.write(signals.text(to.out));
  }
  if (scan.templates.empty()) return;
  to.out.write("\n");
  table templates({"template", "count", "expected", "lift"});
  for (const template_row& t : scan.templates) {
    templates.add(
        {t.text, std::to_string(t.count), fmt::format("{:.1f}", t.expected), fmt::format("{:+.1f}", t.lift)});
  }
  to.out.write(templates.text(to.out, 90));
}

void show(const window_counts& counts, terminal& to) {
  to.out.line(to.out.paint(style::bold, window_text(counts.window.from, counts.window.to)));
  const std::string lines = fmt::format("{} lines", grouped(static_cast<std::uint64_t>(counts.lines)));
  const std::string latency = fmt::format("; latency p50 {:g} ms, p95 {:g} ms, p99 {:g} ms", counts.p50_ms,
                                          counts.p95_ms, counts.p99_ms);
  to.out.line(counts.p99_ms > 0 ? lines + latency : lines);
  const std::pair<const char*, const std::vector<value_lines>&> lists[]{{"kind", counts.kinds},
                                                                        {"service", counts.services},
                                                                        {"endpoint", counts.endpoints},
                                                                        {"region", counts.regions}};
  for (const auto& [name, list] : lists) {
    if (list.empty()) continue;
    to.out.write("\n");
    table rows({name, "lines"});
    for (const value_lines& row : list) rows.add({row.value, std::to_string(row.lines)});
    to.out.write(rows.text(to.out));
  }
}

}  // namespace

namespace {

void show(const mined_file& mined, terminal& to) {
  to.out.line(fmt::format("{} lines, {} templates", grouped(mined.lines), grouped(mined.distinct)));
  if (mined.templates.empty()) return;
  to.out.write("\n");
  table rows({"id", "count", "template"});
  for (const mined_template& t : mined.templates)
    rows.add({std::to_string(t.id), std::to_string(t.count), t.text});
  to.out.write(rows.text(to.out, 110));
}

// One line of output for each row, written in large pieces.
exit_code mine_only(const scan_command& command, terminal& to) {
  std::string ids;
  const auto assign = [&](std::optional<std::uint32_t> id) {
    ids += id ? std::to_string(*id) : "-";
    ids += '\n';
    if (ids.size() < 64 * 1024) return;
    to.out.write(ids);
    ids.clear();
  };
  const mined_file mined = mine_file(command.logs, command.message_column, masks_for(false),
                                     command.assign ? assign : line_listener{});
  say_what_was_odd({mined.report}, to);
  if (command.assign) {
    if (!ids.empty()) to.out.write(ids);
  } else if (command.json) {
    to.out.line(to_json_text(mined));
  } else {
    show(mined, to);
  }
  return exit_code::finished;
}

}  // namespace

exit_code run(const scan_command& command, terminal& to) {
  if (!command.from) return mine_only(command, to);
  const loaded_logs in = load_logs(command.logs, {}, masks_for(false), command.message_column);
  say_what_was_odd({in.report}, to);
  if (command.counts) {
    const window_counts counts = count_window(in.table, {.from = *command.from, .to = *command.to});
    if (command.json) {
      to.out.line(to_json_text(counts));
    } else {
      show(counts, to);
    }
    return exit_code::finished;
  }
  const log_scan scan = scan_logs(in.table, {.from = *command.from, .to = *command.to});
  for (const std::string& note : scan.notes)
    to.say(fmt::format("{} {}", to.err.paint(style::dim, "note:"), printable(note)));
  if (command.json) {
    to.out.line(to_json_text(scan));
  } else {
    show(scan, to);
  }
  return exit_code::finished;
}

}  // namespace stook::sre::cli
