#pragma once

#include <cstddef>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include <csv.h>

namespace stook::sre {

/// True if a physical line needs no grammar: no quote, and no carriage return but at its end.
bool is_plain_row(std::string_view line);

/// The fields of a plain row, as libcsv would give them: between commas, without the blanks around them.
void split_plain_row(std::string_view line, std::vector<std::string_view>& fields);

/// The same for a row whose quotes, if any, stand around whole fields and nowhere else. False, with `fields`
/// undefined, for any other.
bool split_quoted_row(std::string_view line, std::vector<std::string_view>& fields);

/// libcsv, fed one physical line at a time, and the fields of the row it is in.
class row_parser {
 public:
  row_parser();
  ~row_parser() { csv_free(&parser_); }
  row_parser(const row_parser&) = delete;
  row_parser& operator=(const row_parser&) = delete;

  /// Starts a row. A strict one refuses quotes in the middle of a field.
  void start(bool strict);

  /// Takes a line with its newline. False if it breaks the grammar.
  bool feed(std::string_view line);

  /// How often the row has ended: 0 inside a quoted field, 2 and more after a lone carriage return.
  std::size_t rows() const { return rows_; }

  /// Replaces NUL and what is not UTF-8 in every field.
  void repair_text();

  /// The fields of the first row. The views live until the next `start` or `repair_text`.
  void copy_fields(std::vector<std::string_view>& out) const;

 private:
  static void on_field(void* bytes, std::size_t size, void* self);
  static void on_row(int, void* self) { ++static_cast<row_parser*>(self)->rows_; }

  csv_parser parser_{};
  std::string text_;
  std::vector<std::size_t> ends_;
  std::size_t rows_ = 0;
  std::exception_ptr thrown_;
};

}  // namespace stook::sre
