#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace stook {

namespace detail {
class literal_scanner;
}

/// Some literals, and where any of them occurs in a text, whatever the case of ASCII letters: what stands
/// before slow patterns, so that ordinary text never meets them, and what picks lines out of gigabytes of
/// log. One pass over the text: ten bytes and more a nanosecond for a few literals on a processor with AVX2
/// or SSSE3 (the Teddy algorithm of Hyperscan: Wang et al., NSDI 2019), about one byte elsewhere and for
/// hundreds of literals. Immutable, thread-safe; copies share what was made of the literals.
class literal_set {
 public:
  /// Throws `error` (bad_literal) for one of less than 3 bytes.
  explicit literal_set(std::span<const std::string_view> literals);

  /// A set to look for in `zeros_for_digits(text)`: what it does not find there, the literals do not occur in
  /// `text`, nor in any text that differs from it in its digits only.
  static literal_set with_any_digits(std::span<const std::string_view> literals);
  /// Those of the literals that a text of digits and the letters a to f can hold; perhaps none.
  static literal_set of_hex(std::span<const std::string_view> literals);

  bool occurs_in(std::string_view text) const { return find(text) != std::string_view::npos; }

  /// Where the first literal begins that begins at `from` or behind it; `npos` if none does.
  std::size_t find(std::string_view text, std::size_t from = 0) const;

  /// How many lines hold one. Lines end in '\n'; a literal that goes over the end of a line counts for the
  /// line in which it begins.
  std::size_t count_lines(std::string_view text) const;

 private:
  std::shared_ptr<const detail::literal_scanner> scanner_;
};

/// The text with 0 for each of its digits.
std::string zeros_for_digits(std::string_view text);

}  // namespace stook
