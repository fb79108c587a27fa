#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sql/page_image.hpp"

namespace stook::sqlite {

inline void put_big_endian(unsigned char* to, std::uint64_t value, std::size_t bytes) {
  for (std::size_t i = bytes; i-- > 0; value >>= 8U) to[i] = static_cast<unsigned char>(value);
}

std::size_t put_long_varint(unsigned char* to, std::uint64_t value);
/// SQLite's variable-length integer, of 1 to 9 bytes: how many were written.
inline std::size_t put_varint(unsigned char* to, std::uint64_t value) {
  if (value >= 0x4000) return put_long_varint(to, value);
  if (value >= 0x80) {
    to[0] = static_cast<unsigned char>(value >> 7U | 0x80U);
    to[1] = static_cast<unsigned char>(value & 0x7fU);
    return 2;
  }
  to[0] = static_cast<unsigned char>(value);
  return 1;
}

/// A B-tree whose cells come in order: leaves are filled from the left and never looked at again, and what
/// leads to them is made in the end. "B-tree Pages" in https://sqlite.org/fileformat2.html.
class page_tree {
 public:
  enum class kind { table, index };
  /// `root` is a page that is there; the tree is empty before.
  page_tree(page_image& into, kind of, std::uint32_t root);

  /// Where the record of a row of a table is to be written, until the next call; nullptr, and nothing has
  /// happened, if it is too long for a leaf.
  unsigned char* claim_row(std::uint64_t rowid, std::size_t record_bytes);
  /// The same row as a whole: its rest goes into overflow pages.
  void add_long_row(std::uint64_t rowid, std::string_view record);
  /// Where the record of an entry of an index, of at most `longest_entry()` bytes, is to be written.
  unsigned char* claim_entry(std::size_t record_bytes);
  std::size_t longest_entry() const { return (usable() - 12) * 64 / 255 - 23; }

  void finish();

 private:
  /// A page of a level, and the key that stands between it and the next one: a rowid, or an entry, which
  /// then stands nowhere else.
  struct child {
    std::uint32_t page = 0;
    std::string key;
  };

  std::size_t usable() const { return image_->page_size(); }
  /// What may stay of a row in its leaf.
  std::size_t longest_row() const { return usable() - 35; }
  unsigned char* leaf() { return image_->page(leaf_); }
  std::size_t room() const;
  unsigned char* claim(std::size_t bytes);
  unsigned char* claim_row(std::uint64_t rowid, std::size_t record_bytes, std::size_t bytes_here);
  void close_leaf(std::string key);
  std::uint32_t write_overflow(std::string_view rest);
  void write_parent(std::uint32_t page, const child* first, const child* last);
  std::vector<child> parents_of(const std::vector<child>& children);

  page_image* image_;
  kind kind_;
  std::uint32_t root_;
  std::uint32_t leaf_;  // the one that is being filled; the root as long as there is no other
  std::size_t cells_ = 0;
  std::size_t content_;      // where the cells begin, at the end of the page
  std::uint64_t rowid_ = 0;  // of the latest row
  std::size_t longest_key_ = 0;
  std::vector<child> leaves_;
};

}  // namespace stook::sqlite
