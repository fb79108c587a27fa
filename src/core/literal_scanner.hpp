#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stook::detail {

/// What a processor can look at in one instruction, each including those before it.
enum class vectors : unsigned char { none, ssse3, avx2, avx512 };

/// The widest that this processor has and this program was built with.
vectors widest_vectors();

/// For the first bytes of literals and each nibble of each: which of eight groups of literals may have it
/// there, a bit for a group.
struct nibble_tables {
  static constexpr std::size_t longest = 4;
  using table = std::array<std::uint8_t, 16>;
  std::array<table, longest> low{}, high{};
};

/// What `literal_set` does, for vectors of a given width. A filter finds the places where the first three or
/// four bytes of a literal may stand, and `begins_at` confirms them.
class literal_scanner {
 public:
  /// Throws `error` (bad_literal) for a literal of less than 3 bytes. `width` must be one that the processor
  /// has.
  explicit literal_scanner(std::span<const std::string_view> literals, vectors width = widest_vectors());

  /// Where the first literal begins, at `from` or behind it; npos if none does.
  std::size_t find(std::string_view text, std::size_t from) const;

  /// Whether one begins at this place, which must have three bytes of the text behind it.
  bool begins_at(std::string_view text, std::size_t at) const;

  const nibble_tables& nibbles() const { return nibbles_; }

 private:
  struct entry {
    std::uint32_t place = 0;  // of its first three bytes in `bucket_`
    std::string text;         // in lower case
  };

  void fill_buckets();
  void fill_nibbles();
  std::size_t find_by_table(std::string_view text, std::size_t from) const;

  static constexpr std::size_t table_size = 16384;
  std::array<std::uint8_t, table_size> bucket_{};  // of a place that begins an entry; 0 of all others
  std::vector<std::uint32_t> bucket_ends_;         // in `entries_`; of bucket 0 it is 0
  std::vector<entry> entries_;                     // sorted by place
  nibble_tables nibbles_;
  std::size_t looked_at_ = 0;  // first bytes that the vectors look at: 4 where no literal is shorter
  vectors width_;
};

}  // namespace stook::detail
