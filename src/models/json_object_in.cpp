#include "models/json_object_in.hpp"

#include <fmt/format.h>
#include <boost/json/parser.hpp>
#include <boost/json/value.hpp>

#include "models/provider_failure.hpp"
#include "models/surrogate_halves.hpp"

namespace stook::models {

boost::json::object json_object_in(std::string_view text, std::string_view where,
                                   boost::json::storage_ptr memory) {
  boost::json::parse_options options;
  options.max_depth = 64;
  options.allow_invalid_utf8 = true;
  unsigned char space[2048];
  boost::json::parser parser({}, options, space, sizeof space);
  parser.reset(memory);
  boost::json::error_code wrong;
  parser.write(text.data(), text.size(), wrong);
  if (wrong && text.find("\\u") != std::string_view::npos) {
    const std::string mended = halves_as_bytes(text);
    if (mended.size() != text.size()) return json_object_in(mended, where, std::move(memory));
  }
  if (wrong)
    throw nonsense(fmt::format("expected JSON in the {}, got {}: {}", where, wrong.message(), shown(text)));
  boost::json::value parsed = parser.release();
  if (boost::json::object* members = parsed.if_object()) return std::move(*members);
  throw nonsense(fmt::format("expected a JSON object in the {}, got {}", where, shown(text)));
}

}  // namespace stook::models
