#include <oncall/data/input_report.hpp>

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include <stook/core/json.hpp>

namespace stook::sre {
namespace {

constexpr std::size_t max_masked_text = 64 * 1024;

struct issue_row {
  input_issue issue;
  std::string_view name;
  std::string_view meaning;
};

constexpr std::array issue_table{
    issue_row{input_issue::column_count, "column_count",
              "another number of fields than the header: rejected"},
    issue_row{input_issue::bad_timestamp, "bad_timestamp", "no ISO-8601 instant and no Unix time: rejected"},
    issue_row{input_issue::unterminated_quote, "unterminated_quote", "a quote that does not end: rejected"},
    issue_row{input_issue::broken_quotes, "broken_quotes", "misplaced quotes or carriage returns: rejected"},
    issue_row{input_issue::line_too_long, "line_too_long", "longer than the limit: rejected"},
    issue_row{input_issue::duplicate_timestamp, "duplicate_timestamp",
              "a second sample for one instant: rejected, the first is kept"},
    issue_row{input_issue::late_sample, "late_sample",
              "not behind the sample before it: rejected, live data are judged as they come"},
    issue_row{input_issue::missing_field, "missing_field", "a needed field is empty: rejected"},
    issue_row{input_issue::no_zone, "no_zone", "no time zone: UTC assumed"},
    issue_row{input_issue::unix_time, "unix_time", "an integer read as Unix time"},
    issue_row{input_issue::out_of_order, "out_of_order", "earlier than the row before it: sorted"},
    issue_row{input_issue::gap, "gap", "no samples for longer than the usual step"},
    issue_row{input_issue::missing_value, "missing_value", "an empty cell: taken as missing"},
    issue_row{input_issue::bad_number, "bad_number", "not a finite number: taken as missing"},
    issue_row{input_issue::duplicate_row, "duplicate_row", "equal to another row in every field: both kept"},
    issue_row{input_issue::rows_in_quotes, "rows_in_quotes",
              "a quoted field with lines that look like rows: kept as one field"},
    issue_row{input_issue::stray_quote, "stray_quote", "a quote inside an unquoted field: taken literally"},
    issue_row{input_issue::repaired_text, "repaired_text",
              "NUL or bytes that are not UTF-8: replaced by U+FFFD"},
    issue_row{input_issue::byte_order_mark, "byte_order_mark", "a byte order mark: skipped"},
    issue_row{input_issue::blank_line, "blank_line", "nothing on the line: skipped"},
    issue_row{input_issue::ignored_column, "ignored_column", "a column that cannot be used: left out"},
    issue_row{input_issue::secret, "secret", "a key, password or the like: masked"},
    issue_row{input_issue::suspected_injection, "suspected_injection",
              "reads like an instruction to an agent: kept as data, never followed"},
};

constexpr bool in_order() {
  for (std::size_t i = 0; i < issue_table.size(); ++i) {
    if (static_cast<std::size_t>(issue_table[i].issue) != i) return false;
  }
  return true;
}
static_assert(in_order() && issue_table.back().issue == input_issue::suspected_injection);

const issue_row& row_of(input_issue issue) { return issue_table[static_cast<std::size_t>(issue)]; }

/// An excerpt that is safe on a terminal and on one line.
std::string excerpt(std::string_view text) {
  std::size_t cut = std::min(text.size(), max_issue_text);
  if (cut < text.size()) {
    while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0U) == 0x80U)
      --cut;  // not inside a character
  }
  std::string out = to_valid_utf8(text.substr(0, cut));
  std::ranges::replace_if(
      out, [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
  if (cut < text.size()) out += "...";
  return out;
}

}  // namespace

std::string_view name(input_issue issue) { return row_of(issue).name; }
std::string_view meaning(input_issue issue) { return row_of(issue).meaning; }
bool costs_the_line(input_issue issue) { return issue < input_issue::no_zone; }

void issue_group::add(std::uint64_t line, std::string_view text) {
  ++count;
  if (first.size() < max_issue_details) first.push_back({line, excerpt(text)});
}

issue_group& input_report::group(input_issue issue) {
  const auto found = std::ranges::find(issues, issue, &issue_group::issue);
  return found != issues.end() ? *found : issues.emplace_back(issue_group{.issue = issue});
}

void input_report::note(input_issue issue, std::uint64_t line, std::string_view text) {
  issue_group& into = group(issue);
  // What is not kept need not be clean; what is cut off need not either, as long as no secret is cut in two.
  const bool kept = into.first.size() < max_issue_details && !text.empty();
  if (kept) {
    into.add(line, masks.clean(std::string{text.substr(0, max_masked_text)}));
  } else {
    into.add(line, {});
  }
}

void input_report::merge(const issue_group& more) {
  if (more.count == 0) return;
  issue_group& into = group(more.issue);
  into.count += more.count;
  const std::size_t room = max_issue_details - into.first.size();
  const auto end = more.first.begin() + static_cast<std::ptrdiff_t>(std::min(room, more.first.size()));
  for (auto detail = more.first.begin(); detail != end; ++detail)
    into.first.push_back({detail->line, masks.clean(detail->text)});
}

std::uint64_t input_report::count(input_issue issue) const {
  const auto group = std::ranges::find(issues, issue, &issue_group::issue);
  return group == issues.end() ? 0 : group->count;
}

std::uint64_t input_report::rejected() const {
  std::uint64_t sum = 0;
  for (const issue_group& group : issues) {
    if (costs_the_line(group.issue)) sum += group.count;
  }
  return sum;
}

std::vector<std::string> describe(const input_report& report) {
  std::vector<std::string> out;
  std::string span;
  if (report.first && report.last)
    span = fmt::format(", {} to {}", to_string(*report.first), to_string(*report.last));
  out.push_back(fmt::format("{}: {} rows kept, {} lines rejected of {}{}", report.path, report.rows,
                            report.rejected(), report.lines, span));
  for (const issue_group& group : report.issues) {
    std::string line =
        fmt::format("{}: {} x {} ({}), ", report.path, group.count, name(group.issue), meaning(group.issue));
    line += group.count == 1 ? "line" : "lines";
    const char* separator = " ";
    for (const issue_detail& detail : group.first) {
      line += fmt::format("{}{}", separator, detail.line);
      // What reads like an instruction is quoted in one place only, where it is called that.
      if (!detail.text.empty() && group.issue != input_issue::suspected_injection)
        line += fmt::format(" ({})", detail.text);
      separator = ", ";
    }
    if (group.count > group.first.size())
      line += fmt::format(" and {} more", group.count - group.first.size());
    out.push_back(std::move(line));
  }
  return out;
}

}  // namespace stook::sre
