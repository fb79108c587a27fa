#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <oncall/data/logs.hpp>
#include <oncall/logs/log_scan.hpp>
#include <oncall/logs/template_miner.hpp>

namespace stook::sre {

/// Rows from `first` up to, but not including, `last`.
struct row_range {
  std::size_t first = 0;
  std::size_t last = 0;

  bool contains(std::size_t row) const { return row >= first && row < last; }
  std::size_t size() const { return last - first; }
};

/// The rows with a time in [from, to).
row_range rows_between(const log_table& logs, timestamp from, timestamp to);

/// The window and the quiet part of a table: everything that is neither in the window nor in `not_quiet`.
struct day_split {
  row_range window;
  std::vector<row_range> quiet;
  double quiet_seconds = 0;

  bool is_quiet(std::size_t row) const;
  std::size_t quiet_rows() const;
};
day_split split_day(const log_table& logs, const time_window& window, std::span<const time_window> not_quiet);

/// What the level of a line says: an error, no error, or nothing that is known.
enum class level_class : unsigned char { error, harmless, unknown };
level_class classify_level(std::string_view level);

/// A line that may tell of an error.
struct error_row {
  std::uint32_t row = 0;
  std::uint32_t signal = 0;  ///< index into `error_rows::signals`
  std::uint32_t template_id = 0;
  bool has_level = true;  ///< one that is known
};

/// What a signal is: a service and a kind, or, where the kind is blank, a template.
struct signal_key {
  std::uint32_t service = 0;  ///< id in its column
  std::uint32_t kind = 0;     ///< id in its column, or of a template
  bool from_message = false;
};

/// All lines of a table that may tell of an error, in ascending order of time; lines of one instant in the
/// order of their text, so that the order of the file changes nothing.
struct error_rows {
  std::vector<error_row> rows;
  std::vector<signal_key> signals;
};
error_rows find_error_rows(const log_table& logs, template_miner& miner);

/// Services whose clocks differ by five seconds and more from those that share traces with them, from the
/// first 20,000 rows of the range.
std::vector<clock_skew_row> find_clock_skew(const log_table& logs, row_range range);

/// Who calls whom: services that follow each other in the traces of the first 5,000 rows, in the order that
/// at least nine of ten of their traces have. Clocks that are known to be wrong are put right before.
std::vector<traced_call> find_calls(const log_table& logs, std::span<const clock_skew_row> skew);

}  // namespace stook::sre
