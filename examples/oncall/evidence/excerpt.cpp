#include <algorithm>

#include <stook/core/json.hpp>

#include <oncall/evidence/evidence.hpp>

namespace stook::sre {
namespace {

constexpr int deepest = 64;

json sorted(const json& value, int depth) {
  if (depth > deepest) return nullptr;
  if (const auto* array = value.if_array()) {
    boost::json::array out;
    out.reserve(array->size());
    for (const json& item : *array) out.push_back(sorted(item, depth + 1));
    return out;
  }
  if (const auto* object = value.if_object()) {
    std::vector<const boost::json::key_value_pair*> members;
    members.reserve(object->size());
    for (const auto& member : *object) members.push_back(&member);
    std::sort(members.begin(), members.end(),
              [](const auto* a, const auto* b) { return a->key() < b->key(); });
    boost::json::object out;
    out.reserve(members.size());
    for (const auto* member : members) out.emplace(member->key(), sorted(member->value(), depth + 1));
    return out;
  }
  return value;
}

/// How much of a value is kept.
struct cut {
  std::size_t elements;
  std::size_t characters;
};

json shortened(const json& value, const cut& to, int depth, bool& missing) {
  if (depth > deepest) {
    missing = true;
    return nullptr;
  }
  if (const auto* array = value.if_array()) {
    boost::json::array out;
    const std::size_t kept = std::min(array->size(), to.elements);
    missing |= kept < array->size();
    for (std::size_t i = 0; i < kept; ++i) out.push_back(shortened((*array)[i], to, depth + 1, missing));
    return out;
  }
  if (const auto* object = value.if_object()) {
    boost::json::object out;
    for (const auto& [key, item] : *object) out.emplace(key, shortened(item, to, depth + 1, missing));
    return out;
  }
  if (const auto* text = value.if_string(); text && text->size() > to.characters) {
    missing = true;
    std::size_t end = to.characters;
    while (end > 0 && (static_cast<unsigned char>((*text)[end]) & 0xC0U) == 0x80U) --end;
    return json(std::string_view(text->data(), end));
  }
  return value;
}

}  // namespace

std::string canonical_json(const json& value) { return dump_json(sorted(value, 0)); }

json_excerpt excerpt_of(const json& value, std::size_t bytes) {
  if (dump_json(value).size() <= bytes) return {value, false};
  for (cut to{256, 2'000}; to.elements > 0; to.elements /= 2, to.characters = to.characters * 2 / 3) {
    json_excerpt out{nullptr, false};
    out.value = shortened(value, to, 0, out.cut);
    if (dump_json(out.value).size() <= bytes) return out;
  }
  return {nullptr, true};
}

}  // namespace stook::sre
