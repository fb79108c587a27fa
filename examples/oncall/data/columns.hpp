#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
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
#include <stook/core/memory_ahead.hpp>

namespace stook::sre {

/// Has the memory for the next so many elements, as far as room was made for them.
template <typename Elements>
void populate_next(memory_ahead& ahead, Elements& of, std::size_t count) {
  constexpr std::size_t large = 2 * memory_ahead::large_page;
  constexpr std::size_t element = sizeof *of.data();
  auto* const next = of.data() + of.size();
  const std::size_t bytes = element * std::min(count, of.capacity() - of.size());
  if (of.capacity() * element < large) {
    ahead.get(next, bytes);
  } else {
    ahead.get_large(next, bytes, of.data(), of.capacity() * element);
  }
}

/// What tells two short texts apart, without a call for each: their size, and their bytes in two words.
struct short_text {
  static constexpr std::size_t longest = 16;

  short_text() = default;
  explicit short_text(std::string_view text) : size(static_cast<std::uint32_t>(text.size())) {
    if (text.size() > longest) {
      hash = text_hash(text);
      return;
    }
    const auto word = [&](std::size_t at, auto few) {
      std::memcpy(&few, text.data() + at, sizeof few);
      return std::uint64_t{few};
    };
    if (text.size() >= 8) {
      first = word(0, std::uint64_t{});
      last = word(text.size() - 8, std::uint64_t{});
    } else if (text.size() >= 4) {
      first = word(0, std::uint32_t{});
      last = word(text.size() - 4, std::uint32_t{});
    } else {
      for (const char c : text) first = first << 8U | static_cast<unsigned char>(c);
    }
    hash = ((first ^ size) * 0xa076'1d64'78bd'642fU ^ last * 0xe703'7ed1'a0b4'28dbU) >> 40U;
  }
  /// Only for texts of at most `longest` bytes.
  bool operator==(const short_text& other) const {
    return size == other.size && first == other.first && last == other.last && size <= longest;
  }

  std::uint64_t first = 0, last = 0;
  std::uint64_t hash = 0;
  std::uint32_t size = 0;
};

/// A column of strings of which few differ, such as service names: each is stored once, a row is a number.
class interned_column {
 public:
  void push_back(std::string_view text) {
    push_back(text, [](std::string_view same) { return same; });
  }
  /// The same for `clean(text)`, called once for each different text.
  template <typename Clean>
  void push_back(std::string_view text, const Clean& clean) {
    const short_text key{text};
    recent_text& recent = recent_[key.hash % recent_.size()];
    if (recent.key == key && recent.id_after - 1 < views_.size()) return ids_.push_back(recent.id_after - 1);
    if (const auto known = look_up(text)) {
      if (text.size() <= short_text::longest && name(*known) == text)
        recent = {.key = key, .id_after = *known + 1};
      return ids_.push_back(*known);
    }
    const std::string_view kept = clean(text);
    const std::uint32_t id = id_of(kept);
    if (kept != text) changed_.emplace(text, id);
    ids_.push_back(id);
  }
  std::size_t size() const { return ids_.size(); }
  /// The text of a row. The view lives as long as the column.
  std::string_view operator[](std::size_t row) const { return views_[ids_[row]]; }

  /// The number of the text of each row: an index for `name`.
  std::span<const std::uint32_t> ids() const { return ids_; }
  std::string_view name(std::uint32_t id) const { return views_[id]; }
  /// How many different texts there are.
  std::size_t names() const { return views_.size(); }

  /// Makes room for so many rows.
  void reserve(std::size_t rows) { ids_.reserve(rows); }
  /// Has the memory for the next so many of these.
  void populate(memory_ahead& ahead, std::size_t rows) { populate_next(ahead, ids_, rows); }
  /// Row i becomes what row `order[i]` was.
  void reorder(std::span<const std::uint32_t> order);

 private:
  /// A text that was looked up, and one more than its number; 0 for none.
  struct recent_text {
    short_text key{};
    std::uint32_t id_after = 0;
  };

  std::uint32_t id_of(std::string_view text);
  std::optional<std::uint32_t> look_up(std::string_view text) const;

  std::vector<std::uint32_t> ids_;
  std::array<recent_text, 64> recent_{};                       // by the hash of a text
  std::unordered_map<std::string_view, std::uint32_t> known_;  // its keys are the strings of names_
  std::vector<std::unique_ptr<const std::string>> names_;
  std::vector<std::string_view> views_;                        // of names_: one step less for each row
  std::map<std::string, std::uint32_t, std::less<>> changed_;  // by what they were before
};

/// How often each number below `names` occurs among the numbers of some rows.
std::vector<std::int64_t> count_ids(std::span<const std::uint32_t> ids, std::size_t names);

/// A column of strings of which most differ: all in one buffer.
class text_column {
 public:
  void push_back(std::string_view text) {
    ++size_;
    if (ends_.empty()) {
      if (text.empty()) return;
      begin_to_store();
    }
    text_ += text;
    ends_.push_back(text_.size());
  }
  std::size_t size() const { return size_; }
  /// The text of a row. The view lives until the column changes.
  std::string_view operator[](std::size_t row) const {
    if (ends_.empty()) return {};
    const std::size_t begin = row == 0 ? 0 : ends_[row - 1];
    return std::string_view{text_}.substr(begin, ends_[row] - begin);
  }

  /// Makes room for so many rows, as long as those that are there.
  void reserve(std::size_t rows) {
    reserved_ = rows;
    if (ends_.empty()) return;
    text_.reserve(text_.size() / ends_.size() * rows + rows);
    ends_.reserve(rows);
  }
  /// Has the memory for the next so many of these, as long as those that are there.
  void populate(memory_ahead& ahead, std::size_t rows) {
    if (ends_.empty()) return;
    populate_next(ahead, ends_, rows);
    populate_next(ahead, text_, text_.size() / ends_.size() * rows + rows);
  }
  /// Row i becomes what row `order[i]` was.
  void reorder(std::span<const std::uint32_t> order);

 private:
  void begin_to_store();

  std::string text_;
  std::vector<std::size_t> ends_;  // none as long as every text is empty
  std::size_t size_ = 0;
  std::size_t reserved_ = 0;
};

}  // namespace stook::sre
