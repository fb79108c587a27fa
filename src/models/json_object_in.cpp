#include "models/json_object_in.hpp"

#include <fmt/format.h>
#include <boost/json/value.hpp>

#include "core/json_parse.hpp"
#include "models/provider_failure.hpp"

namespace stook::models {

boost::json::object json_object_in(std::string_view text, std::string_view where,
                                   boost::json::storage_ptr memory) {
  boost::json::value parsed;
  try {
    // The transport has bounded the length.
    parsed = detail::parse_json_in(text, {.bytes = text.size()}, memory);
  } catch (const error& e) {
    throw nonsense(fmt::format("expected JSON in the {}: {}", where, e.what()));
  }
  if (boost::json::object* members = parsed.if_object()) return std::move(*members);
  throw nonsense(fmt::format("expected a JSON object in the {}, got {}", where, shown(text)));
}

}  // namespace stook::models
