#include <stook/tool/state.hpp>

#include <fmt/format.h>

namespace stook {

state::state(std::vector<state_key> keys) {
  for (std::size_t i = 0; i < keys.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (keys[i].name() == keys[j].name()) {
        throw error("duplicate_state_key",
                    fmt::format("the state key \"{}\" is declared twice", keys[i].name()));
      }
    }
  }
  values_.resize(keys.size());
  if (!keys.empty()) keys_ = std::make_shared<const std::vector<state_key>>(std::move(keys));
}

std::span<const state_key> state::keys() const {
  return keys_ ? std::span<const state_key>(*keys_) : std::span<const state_key>();
}

bool state::contains(std::string_view key) const {
  for (const state_key& k : keys()) {
    if (k.name() == key) return true;
  }
  return false;
}

std::size_t state::index_of(std::string_view key) const {
  const auto all = keys();
  std::string names;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].name() == key) return i;
  }
  for (const state_key& k : all) {
    if (!names.empty()) names += ", ";
    names += k.name();
  }
  throw error("unknown_state_key",
              fmt::format("no state key \"{}\"; declared are: {}", key, names.empty() ? "none" : names));
}

const any_value& state::value(std::string_view key) const { return values_[index_of(key)]; }

void state::set_value(std::string_view key, any_value value) {
  const std::size_t i = index_of(key);
  if (value.has_value() && value.type() != &keys()[i].type()) throw wrong_type(key, value.type()->name);
  values_[i] = std::move(value);
}

void state::update(std::string_view key, any_value value) {
  const std::size_t i = index_of(key);
  const state_key& declared = keys()[i];
  if (value.type() != &declared.type())
    throw wrong_type(key, value.has_value() ? value.type()->name : "nothing");
  const bool first = !values_[i].has_value();
  values_[i] = first || !declared.merge() ? std::move(value) : declared.merge()(values_[i], value);
}

error state::wrong_type(std::string_view key, std::string_view asked) {
  return error("state_type", fmt::format("the state key \"{}\" is declared with another type than the {} "
                                         "that was given or asked for",
                                         key, asked.empty() ? "type" : asked));
}

}  // namespace stook
