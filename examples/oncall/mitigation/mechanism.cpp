#include <oncall/mitigation/mechanism.hpp>

#include <algorithm>

#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>

namespace stook::sre {

std::string_view name(failure_mechanism mechanism) {
  return boost::describe::enum_to_string(mechanism, "unknown");
}

std::string_view name(trigger_kind kind) { return boost::describe::enum_to_string(kind, "unknown"); }

std::optional<failure_mechanism> mechanism_named(std::string_view name) {
  failure_mechanism out{};
  if (!boost::describe::enum_from_string(std::string(name).c_str(), out)) return std::nullopt;
  return out;
}

std::string words(failure_mechanism mechanism) {
  std::string out(name(mechanism));
  std::replace(out.begin(), out.end(), '_', ' ');
  return out;
}

}  // namespace stook::sre
