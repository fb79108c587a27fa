#include <boost/json/value.hpp>

#include <oncall/postmortem/postmortem.hpp>
#include <oncall/postmortem/render.hpp>
#include <stook/core/codec.hpp>
#include <stook/core/json.hpp>

namespace stook::sre {

std::string to_json_document(const postmortem& document) { return dump_json_pretty(to_json(document)); }

postmortem parse_postmortem(std::string_view json_text) {
  return from_json<postmortem>(parse_json(json_text));
}

}  // namespace stook::sre
