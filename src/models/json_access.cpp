#include "models/json_access.hpp"

#include <boost/json/value.hpp>

namespace stook::models {

namespace json = boost::json;

const json::value* value_at(const json::object& from, std::string_view key) {
  const json::value* found = from.if_contains(key);
  return found && !found->is_null() ? found : nullptr;
}

const json::object* object_at(const json::object& from, std::string_view key) {
  const json::value* found = from.if_contains(key);
  return found ? found->if_object() : nullptr;
}

const json::array* array_at(const json::object& from, std::string_view key) {
  const json::value* found = from.if_contains(key);
  return found ? found->if_array() : nullptr;
}

std::string_view text_at(const json::object& from, std::string_view key) {
  return text_of(from.if_contains(key));
}

std::string_view text_of(const json::value* found) {
  const json::string* text = found ? found->if_string() : nullptr;
  return text ? std::string_view(text->data(), text->size()) : std::string_view();
}

std::optional<std::int64_t> count_at(const json::object& from, std::string_view key) {
  return count_of(from.if_contains(key));
}

std::optional<std::int64_t> count_of(const json::value* found) {
  constexpr std::int64_t most = 1'000'000'000'000'000;
  const std::int64_t* number = found ? found->if_int64() : nullptr;
  if (!number || *number < 0 || *number > most) return std::nullopt;
  return *number;
}

}  // namespace stook::models
