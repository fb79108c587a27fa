#include <oncall/data/columns.hpp>

namespace stook::sre {

std::uint32_t interned_column::id_of(std::string_view text) {
  if (!ids_.empty() && name(ids_.back()) == text) return ids_.back();
  if (const auto found = known_.find(text); found != known_.end()) return found->second;
  const auto id = static_cast<std::uint32_t>(names_.size());
  names_.push_back(std::make_unique<const std::string>(text));
  known_.emplace(*names_.back(), id);
  return id;
}

std::optional<std::uint32_t> interned_column::find(std::string_view text) const {
  if (!ids_.empty() && name(ids_.back()) == text) return ids_.back();
  if (const auto found = known_.find(text); found != known_.end()) return found->second;
  if (changed_.empty()) return std::nullopt;
  const auto found = changed_.find(text);
  return found == changed_.end() ? std::nullopt : std::optional(found->second);
}

void interned_column::reorder(std::span<const std::uint32_t> order) {
  std::vector<std::uint32_t> sorted;
  sorted.reserve(order.size());
  for (const std::uint32_t row : order) sorted.push_back(ids_[row]);
  ids_ = std::move(sorted);
}

void text_column::reorder(std::span<const std::uint32_t> order) {
  text_column sorted;
  sorted.text_.reserve(text_.size());
  sorted.ends_.reserve(order.size());
  for (const std::uint32_t row : order) sorted.push_back((*this)[row]);
  *this = std::move(sorted);
}

}  // namespace stook::sre
