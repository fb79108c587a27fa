#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <oncall/data/input_report.hpp>

namespace stook::sre {

/// What is wanted of one input file, and bounds on what it may ask for.
struct read_options {
  std::size_t record_bytes = 1024 * 1024;  ///< one row, quotes and embedded newlines included
  std::size_t columns = 80;
  std::size_t rows = 20'000'000;
  bool digest = false;  ///< a SHA-256 of its bytes in the report: for evidence, a fifth more time
};

/// One row of a CSV file. The views die with the next call of `csv_reader::next`.
struct csv_record {
  std::uint64_t line = 0;   ///< where it begins
  std::uint64_t lines = 0;  ///< how many physical lines it spans
  std::uint64_t bytes = 0;  ///< of these lines
  std::vector<std::string_view> fields{};
};

/// Reads a CSV file (RFC 4180; quotes but those around whole fields are libcsv's work) that may be damaged,
/// in one pass and in bounded memory: pipes work. Blanks and tabs around an unquoted field are not part of
/// it. What cannot be a row is noted in the report and left out. A quoted field that does not end costs the
/// line it begins on and no other: reading goes on at the next line. Not thread-safe. Throws `error`:
/// `input_open` if the file cannot be opened or read, `input_header` if it is empty, UTF-16, or its header
/// line cannot be used.
class csv_reader {
 public:
  /// Opens the file and reads its header. `report` must outlive the reader; it is filled as rows are read and
  /// complete when `next` has returned false.
  csv_reader(const std::filesystem::path& file, input_report& report, const read_options& options = {});
  ~csv_reader();
  csv_reader(const csv_reader&) = delete;
  csv_reader& operator=(const csv_reader&) = delete;

  /// The next row with as many fields as the header; false at the end.
  bool next(csv_record& record);

  /// Leaves out the row that `next` gave last and notes why. If it spans several lines, only the first of
  /// them is lost and the others are read again as rows.
  void reject(input_issue why, std::string_view what = {});

  /// The place of a column by its name, whatever its case.
  std::optional<std::size_t> column(std::string_view name) const;
  /// The same; throws `error` (`input_header`) if there is none.
  std::size_t required_column(std::string_view name) const;

 private:
  class state;
  std::unique_ptr<state> state_;
};

/// True if the two differ at most in the case of ASCII letters, as SQL compares names.
bool same_name(std::string_view a, std::string_view b);

}  // namespace stook::sre
