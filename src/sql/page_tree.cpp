#include "sql/page_tree.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace stook::sqlite {
namespace {

constexpr std::size_t leaf_header = 8;
constexpr std::size_t parent_header = 12;
constexpr std::size_t pointer_bytes = 2;
constexpr std::size_t page_number_bytes = 4;

enum page_type : unsigned char { index_parent = 2, table_parent = 5, index_leaf = 10, table_leaf = 13 };

void write_header(unsigned char* page, page_type type, std::size_t cells, std::size_t content) {
  page[0] = type;
  put_big_endian(page + 1, 0, 2);  // no free blocks
  put_big_endian(page + 3, cells, 2);
  put_big_endian(page + 5, content, 2);
  page[7] = 0;  // no fragments
}

}  // namespace

std::size_t put_long_varint(unsigned char* to, std::uint64_t value) {
  if (value < 0x20'0000U) {  // the number of a row, as a rule
    to[0] = static_cast<unsigned char>(value >> 14U | 0x80U);
    to[1] = static_cast<unsigned char>((value >> 7U & 0x7fU) | 0x80U);
    to[2] = static_cast<unsigned char>(value & 0x7fU);
    return 3;
  }
  if (value >> 56U != 0) {  // the ninth byte has eight bits
    to[8] = static_cast<unsigned char>(value);
    value >>= 8U;
    for (std::size_t i = 8; i-- > 0; value >>= 7U) to[i] = static_cast<unsigned char>(value | 0x80U);
    return 9;
  }
  std::size_t size = 1;
  while (value >> (7 * size) != 0) ++size;
  for (std::size_t i = size; i-- > 0; value >>= 7U)
    to[i] = static_cast<unsigned char>((value & 0x7fU) | (i + 1 < size ? 0x80U : 0U));
  return size;
}

page_tree::page_tree(page_image& into, kind of, std::uint32_t root)
    : image_(&into), kind_(of), root_(root), leaf_(root), content_(into.page_size()) {}

std::size_t page_tree::room() const { return content_ - leaf_header - cells_ * pointer_bytes; }

/// Room for a cell, which must fit.
unsigned char* page_tree::claim(std::size_t bytes) {
  unsigned char* const page = leaf();
  content_ -= bytes;
  put_big_endian(page + leaf_header + cells_ * pointer_bytes, content_, pointer_bytes);
  ++cells_;
  return page + content_;
}

void page_tree::close_leaf(std::string key) {
  write_header(leaf(), kind_ == kind::table ? table_leaf : index_leaf, cells_, content_);
  if (leaf_ == root_) {  // the root becomes a parent
    leaf_ = image_->append();
    std::memcpy(leaf(), image_->page(root_), usable());
  }
  longest_key_ = std::max(longest_key_, key.size());
  leaves_.push_back({.page = leaf_, .key = std::move(key)});
  cells_ = 0;
  content_ = usable();
}

std::uint32_t page_tree::write_overflow(std::string_view rest) {
  const std::size_t a_page = usable() - page_number_bytes;
  std::uint32_t first = 0;
  std::uint32_t before = 0;
  while (!rest.empty()) {
    const std::uint32_t page = image_->append();
    if (before == 0) {
      first = page;
    } else {
      put_big_endian(image_->page(before), page, page_number_bytes);
    }
    unsigned char* const to = image_->page(page);
    const std::string_view part = rest.substr(0, a_page);
    std::memset(to, 0, usable());
    std::memcpy(to + page_number_bytes, part.data(), part.size());
    rest.remove_prefix(part.size());
    before = page;
  }
  return first;
}

/// The head of a cell is written, its `bytes_here` are to be.
unsigned char* page_tree::claim_row(std::uint64_t rowid, std::size_t record_bytes, std::size_t bytes_here) {
  unsigned char head[18];
  std::size_t head_size = put_varint(head, record_bytes);
  head_size += put_varint(head + head_size, rowid);
  if (head_size + bytes_here + pointer_bytes > room()) {
    unsigned char key[9];
    const std::size_t key_size = put_varint(key, rowid_);
    close_leaf({reinterpret_cast<const char*>(key), key_size});
    leaf_ = image_->append();
  }
  unsigned char* const to = claim(head_size + bytes_here);
  std::memcpy(to, head, head_size);
  rowid_ = rowid;
  return to + head_size;
}

unsigned char* page_tree::claim_row(std::uint64_t rowid, std::size_t record_bytes) {
  return record_bytes > longest_row() ? nullptr : claim_row(rowid, record_bytes, record_bytes);
}

void page_tree::add_long_row(std::uint64_t rowid, std::string_view record) {
  // How much of it stays in the leaf: as the format says, to the byte.
  const std::size_t least = (usable() - 12) * 32 / 255 - 23;
  std::size_t here = least + (record.size() - least) % (usable() - page_number_bytes);
  if (here > longest_row()) here = least;
  const std::uint32_t rest = write_overflow(record.substr(here));
  unsigned char* const to = claim_row(rowid, record.size(), here + page_number_bytes);
  std::memcpy(to, record.data(), here);
  put_big_endian(to + here, rest, page_number_bytes);
}

unsigned char* page_tree::claim_entry(std::size_t record_bytes) {
  unsigned char head[9];
  const std::size_t head_size = put_varint(head, record_bytes);
  const std::size_t size = head_size + record_bytes;
  if (size + pointer_bytes > room()) {
    // The last entry moves up between this leaf and the next, which so never stays empty.
    const auto* last = reinterpret_cast<const char*>(leaf() + content_);
    const std::size_t last_begin = content_;
    --cells_;
    const unsigned char* before = leaf() + leaf_header + (cells_ - 1) * pointer_bytes;
    content_ = static_cast<std::size_t>(before[0]) << 8U | before[1];
    close_leaf({last, content_ - last_begin});
    leaf_ = image_->append();
  }
  unsigned char* const to = claim(size);
  std::memcpy(to, head, head_size);
  return to + head_size;
}

/// A page that leads to the children: their keys but the last one's, which goes to the level above.
void page_tree::write_parent(std::uint32_t page, const child* first, const child* last) {
  unsigned char* const to = image_->page(page);
  std::memset(to, 0, usable());
  std::size_t content = usable();
  std::size_t cells = 0;
  for (; first + 1 < last; ++first) {
    content -= page_number_bytes + first->key.size();
    put_big_endian(to + content, first->page, page_number_bytes);
    std::memcpy(to + content + page_number_bytes, first->key.data(), first->key.size());
    put_big_endian(to + parent_header + cells * pointer_bytes, content, pointer_bytes);
    ++cells;
  }
  write_header(to, kind_ == kind::table ? table_parent : index_parent, cells, content);
  put_big_endian(to + leaf_header, first->page, page_number_bytes);
}

std::vector<page_tree::child> page_tree::parents_of(const std::vector<child>& children) {
  const std::size_t most =
      1 + (usable() - parent_header) / (page_number_bytes + longest_key_ + pointer_bytes);
  const std::size_t count = (children.size() + most - 1) / most;
  std::vector<child> parents;
  for (std::size_t i = 0; i < count; ++i) {  // in equal parts, so that none has a single child
    const child* const first = children.data() + i * children.size() / count;
    const child* const last = children.data() + (i + 1) * children.size() / count;
    const std::uint32_t page = count == 1 ? root_ : image_->append();
    write_parent(page, first, last);
    parents.push_back({.page = page, .key = last[-1].key});
  }
  return parents;
}

void page_tree::finish() {
  if (leaves_.empty()) {
    write_header(leaf(), kind_ == kind::table ? table_leaf : index_leaf, cells_, content_);
    return;
  }
  close_leaf({});
  std::vector<child> level = std::move(leaves_);
  while (level.size() > 1) level = parents_of(level);
}

}  // namespace stook::sqlite
