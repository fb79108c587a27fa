#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <oncall/data/text_hash.hpp>

namespace stook::sre {

/// A column of strings of which few differ, such as service names: each is stored once, a row is a number.
class interned_column {
 public:
  void push_back(std::string_view text) {
    push_back(text, [](std::string_view same) { return same; });
  }
  /// The same for `clean(text)`, called once for each different text.
  template <typename Clean>
  void push_back(std::string_view text, const Clean& clean) {
    if (const auto known = find(text)) return ids_.push_back(*known);
    const std::string_view kept = clean(text);
    const std::uint32_t id = id_of(kept);
    if (kept != text) changed_.emplace(text, id);
    ids_.push_back(id);
  }
  std::size_t size() const { return ids_.size(); }
  /// The text of a row. The view lives as long as the column.
  std::string_view operator[](std::size_t row) const { return *names_[ids_[row]]; }

  /// The number of the text of each row: an index for `name`.
  std::span<const std::uint32_t> ids() const { return ids_; }
  std::string_view name(std::uint32_t id) const { return *names_[id]; }
  /// How many different texts there are.
  std::size_t names() const { return names_.size(); }

  /// Makes room for so many rows.
  void reserve(std::size_t rows) { ids_.reserve(rows); }
  /// Row i becomes what row `order[i]` was.
  void reorder(std::span<const std::uint32_t> order);

 private:
  std::uint32_t id_of(std::string_view text);
  std::optional<std::uint32_t> find(std::string_view text);
  std::optional<std::uint32_t> look_up(std::string_view text) const;

  std::vector<std::uint32_t> ids_;
  std::array<std::uint32_t, 64> recent_{};  // by the hash of a text, one more than its number; 0 for none
  std::unordered_map<std::string_view, std::uint32_t> known_;  // its keys are the strings of names_
  std::vector<std::unique_ptr<const std::string>> names_;
  std::map<std::string, std::uint32_t, std::less<>> changed_;  // by what they were before
};

/// How often each number below `names` occurs among the numbers of some rows.
std::vector<std::int64_t> count_ids(std::span<const std::uint32_t> ids, std::size_t names);

/// A column of strings of which most differ: all in one buffer.
class text_column {
 public:
  void push_back(std::string_view text) {
    text_ += text;
    ends_.push_back(text_.size());
  }
  std::size_t size() const { return ends_.size(); }
  /// The text of a row. The view lives until the column changes.
  std::string_view operator[](std::size_t row) const {
    const std::size_t begin = row == 0 ? 0 : ends_[row - 1];
    return std::string_view{text_}.substr(begin, ends_[row] - begin);
  }

  /// Makes room for so many rows, as long as those that are there.
  void reserve(std::size_t rows) {
    if (!ends_.empty()) text_.reserve(text_.size() / ends_.size() * rows + rows);
    ends_.reserve(rows);
  }
  /// Row i becomes what row `order[i]` was.
  void reorder(std::span<const std::uint32_t> order);

 private:
  std::string text_;
  std::vector<std::size_t> ends_;
};

}  // namespace stook::sre
