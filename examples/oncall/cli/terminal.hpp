#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

namespace stook::sre::cli {

enum class style : unsigned char { plain, bold, dim, red, green, yellow, cyan };

/// One of the process's streams. Control characters of data never reach it: see `printable`. Not
/// thread-safe.
class stream {
 public:
  /// Colour and redrawing only on a terminal that is not dumb; colour also not where NO_COLOR says so
  /// (no-color.org).
  explicit stream(std::FILE* file);

  bool is_terminal() const { return is_terminal_; }
  /// Columns of the terminal, 100 where there is none.
  int width() const;

  /// `text` in a style, where styles are on.
  std::string paint(style s, std::string_view text) const;

  /// What each text becomes before it is written; nothing: it stays as it is.
  std::string (*last_look)(std::string_view text) = nullptr;

  /// Writes at once. Once the reader is gone (`oncall ... | head`) what follows is dropped; any other failure
  /// is an `error` with the code output_write.
  void write(std::string_view text);
  void line(std::string_view text) { write(std::string(text) + '\n'); }

 private:
  std::FILE* file_;
  bool is_terminal_ = false;
  bool colour_ = false;
  bool reader_gone_ = false;
};

/// Results go to `out`, talk to `err`.
struct terminal {
  stream out{stdout};
  stream err{stderr};
  bool quiet = false;

  /// A line of talk, unless quiet.
  void say(std::string_view text) {
    if (!quiet) err.line(text);
  }
};

/// `text` with control characters, which could steer a terminal, as visible escapes. Newlines become blanks.
std::string printable(std::string_view text);

/// The length on the screen of text without styles: its code points.
std::size_t columns_of(std::string_view text);
/// `text` cut to so many columns, the last of them an ellipsis if something was cut.
std::string shortened(std::string_view text, std::size_t columns);
/// `text` with blanks behind it up to so many columns.
std::string padded(std::string_view text, std::size_t columns);
/// 1234567 as "1,234,567".
std::string grouped(std::uint64_t number);

}  // namespace stook::sre::cli
