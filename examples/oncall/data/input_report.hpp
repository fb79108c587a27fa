#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <stook/core/redact.hpp>
#include <stook/core/time.hpp>

namespace stook::sre {

/// What can be odd about a line of an input file. The first group costs the line, the second does not.
enum class input_issue : unsigned char {
  column_count,        ///< another number of fields than the header has
  bad_timestamp,       ///< neither ISO-8601 nor Unix time
  unterminated_quote,  ///< a quoted field that does not end, or ends lines later in a row that makes no sense
  broken_quotes,       ///< quotes or a lone carriage return where they leave no sensible row
  line_too_long,       ///< longer than the limit
  duplicate_timestamp,  ///< a second sample of metrics for one instant: the first in the file is kept
  late_sample,          ///< of metrics that are followed, not behind the one before it
  missing_field,        ///< a field that may not be empty is

  no_zone,          ///< no zone given: UTC assumed
  unix_time,        ///< an integer of 10, 13 or 16 digits: seconds, milliseconds, microseconds since 1970
  out_of_order,     ///< earlier than the row before it: sorted
  gap,              ///< no samples for longer than the usual step
  missing_value,    ///< an empty cell among the metrics
  bad_number,       ///< a cell that is not a finite number: taken as missing
  duplicate_row,    ///< a log row that equals another in every field: both are kept
  rows_in_quotes,   ///< a quoted field that holds lines which look like rows of their own: kept as one field
  stray_quote,      ///< a quote inside an unquoted field: taken literally
  repaired_text,    ///< bytes that are not UTF-8, or NUL: replaced by U+FFFD
  byte_order_mark,  ///< the file starts with one: skipped
  blank_line,       ///< nothing on it: skipped
  ignored_column,   ///< a column that cannot be used: left out
  secret,           ///< a key, password or the like: masked
  suspected_injection,  ///< text that reads like an instruction to an agent: kept, as data
};

/// The stable name of an issue, for example "bad_timestamp".
std::string_view name(input_issue issue);
/// What happened and what was done about it, in one clause.
std::string_view meaning(input_issue issue);
/// True if a line with this issue yields no row.
bool costs_the_line(input_issue issue);

/// One line of the file, and what stood there, shortened to `max_issue_text` bytes.
struct issue_detail {
  std::uint64_t line = 0;  ///< from 1, as an editor counts
  std::string text;
};

/// All lines with one issue: each is counted, the first `max_issue_details` are kept.
struct issue_group {
  input_issue issue{};
  std::uint64_t count = 0;
  std::vector<issue_detail> first{};

  void add(std::uint64_t line, std::string_view text);
};

inline constexpr std::size_t max_issue_details = 20;
inline constexpr std::size_t max_issue_text = 120;

/// A stretch without samples, between two that are there.
struct data_gap {
  timestamp from;             ///< the last sample before it
  timestamp to;               ///< the first sample after it
  std::uint64_t missing = 0;  ///< samples that the usual step would have put between
};

/// What was found in one input file. Every line of the file is the header, a line of a kept row, blank, or
/// counted under an issue that costs the line: nothing is dropped without a word.
struct input_report {
  std::string path;
  std::string sha256;  ///< of the file's bytes, if it was asked for
  std::uint64_t bytes = 0;
  std::uint64_t lines = 0;  ///< physical lines, the header included
  std::uint64_t rows = 0;   ///< rows that were kept
  std::vector<std::string> columns{};
  std::optional<timestamp> first{};  ///< earliest row
  std::optional<timestamp> last{};   ///< latest row
  std::vector<issue_group> issues{};
  redactor masks{};              ///< for every text that goes into this report
  std::vector<data_gap> gaps{};  ///< the first `max_issue_details`; `count(input_issue::gap)` has all

  void note(input_issue issue, std::uint64_t line, std::string_view text = {});
  /// Adds lines that were collected apart.
  void merge(const issue_group& more);
  std::uint64_t count(input_issue issue) const;
  /// Lines that yielded no row.
  std::uint64_t rejected() const;

 private:
  issue_group& group(input_issue issue);
};

/// The report in plain sentences, one a line of output: what was read, then each issue with its lines.
std::vector<std::string> describe(const input_report& report);

}  // namespace stook::sre
