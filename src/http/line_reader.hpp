#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace stook::http {

/// Lines of a stream that comes in pieces cut anywhere; they end with LF, CR LF, or CR alone. Time is linear
/// in the bytes, and a line is given as soon as its end is known: a CR ends it without waiting for a LF.
class line_reader {
 public:
  explicit line_reader(std::size_t max_line_bytes) : max_line_bytes_(max_line_bytes) {}

  void feed(std::string_view bytes);
  /// True if there is one more line; the view holds until the next call. Throws `error` with code
  /// http.too_large for a line that is longer than the limit, ended or not.
  bool next(std::string_view& line);
  /// At the end of the stream: true if something came after the last line end.
  bool finish(std::string_view& line);

 private:
  std::size_t max_line_bytes_;
  std::string buffer_;
  std::size_t begin_ = 0;    // of the line that is read
  std::size_t scanned_ = 0;  // no line end before this
  bool skip_lf_ = false;     // the last line ended with a CR
};

}  // namespace stook::http
