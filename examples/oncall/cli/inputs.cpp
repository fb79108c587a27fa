#include <oncall/cli/inputs.hpp>

#include <fmt/format.h>

namespace stook::sre::cli {
namespace {

constexpr std::size_t lines_shown = 5;

void say_group(const input_report& report, const issue_group& group, terminal& to) {
  const bool lost = costs_the_line(group.issue);
  to.say(fmt::format("{} {}: {} ({} {})",
                     to.err.paint(lost ? style::yellow : style::dim, lost ? "warning:" : "note:"),
                     printable(report.path), meaning(group.issue), grouped(group.count),
                     group.count == 1 ? "line" : "lines"));
  if (!lost) return;
  for (std::size_t i = 0; i < group.first.size() && i < lines_shown; ++i) {
    const issue_detail& d = group.first[i];
    to.say(fmt::format("    {}:{}{}{}", printable(report.path), d.line, d.text.empty() ? "" : ": ",
                       printable(d.text)));
  }
  if (group.count > lines_shown) to.say(fmt::format("    and {} more", grouped(group.count - lines_shown)));
}

}  // namespace

void say_what_was_odd(const std::vector<input_report>& reports, terminal& to) {
  for (const input_report& report : reports) {
    for (const issue_group& group : report.issues) say_group(report, group, to);
  }
}

void say_what_was_odd(const input_report& report, std::size_t kind, terminal& to) {
  say_group(report, report.issues[kind], to);
}

}  // namespace stook::sre::cli
