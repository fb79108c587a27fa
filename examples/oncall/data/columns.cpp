#include <oncall/data/columns.hpp>

#include <algorithm>
#include <array>

namespace stook::sre {

std::uint32_t interned_column::id_of(std::string_view text) {
  if (const auto known = known_.find(text); known != known_.end()) return known->second;
  const auto id = static_cast<std::uint32_t>(views_.size());
  names_.push_back(std::make_unique<const std::string>(text));
  views_.emplace_back(*names_.back());
  known_.emplace(*names_.back(), id);
  return id;
}

std::optional<std::uint32_t> interned_column::look_up(std::string_view text) const {
  if (const auto found = known_.find(text); found != known_.end()) return found->second;
  if (changed_.empty()) return std::nullopt;
  const auto found = changed_.find(text);
  return found == changed_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::int64_t> count_ids(std::span<const std::uint32_t> ids, std::size_t names) {
  std::vector<std::int64_t> out(names);
  // Rows that follow each other often have the same value, and an addition waits for the one before to the
  // same counter: four counters for each value where they stay in the cache.
  constexpr std::size_t lanes = 4;
  if (names > 1'024) {
    for (const std::uint32_t id : ids) ++out[id];
    return out;
  }
  std::vector<std::uint32_t> counts(lanes * names);
  std::array<std::uint32_t*, lanes> lane{};
  for (std::size_t k = 0; k < lanes; ++k) lane[k] = counts.data() + k * names;
  std::size_t i = 0;
  for (; i + lanes <= ids.size(); i += lanes) {
    for (std::size_t k = 0; k < lanes; ++k) ++lane[k][ids[i + k]];
  }
  for (; i < ids.size(); ++i) ++lane[0][ids[i]];
  for (std::size_t id = 0; id < names; ++id) {
    for (std::size_t k = 0; k < lanes; ++k) out[id] += lane[k][id];
  }
  return out;
}

void interned_column::reorder(std::span<const std::uint32_t> order) {
  std::vector<std::uint32_t> sorted;
  sorted.reserve(order.size());
  for (const std::uint32_t row : order) sorted.push_back(ids_[row]);
  ids_ = std::move(sorted);
}

void text_column::begin_to_store() {
  const std::size_t rows = size_ - 1;
  ends_.reserve(std::max(reserved_, size_));
  ends_.resize(rows);
}

void text_column::reorder(std::span<const std::uint32_t> order) {
  if (ends_.empty()) return;
  text_column sorted;
  sorted.text_.reserve(text_.size());
  sorted.ends_.reserve(order.size());
  for (const std::uint32_t row : order) sorted.push_back((*this)[row]);
  *this = std::move(sorted);
}

}  // namespace stook::sre
