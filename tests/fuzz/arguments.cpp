// The arguments of a tool call: the tool is called with values that hold the schema, or the model is told
// what is wrong.

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <boost/json/value.hpp>
#include <stook/core/json.hpp>
#include <stook/tool/tool.hpp>

#include "pieces.hpp"

namespace {

enum class level { info, warn, error };
BOOST_DESCRIBE_ENUM(level, info, warn, error)

struct filter {
  std::string key;
  std::variant<double, bool, std::string> value;
};
STOOK_DESCRIBE(filter, (key, "", stook::length{1, 8}), (value))

struct flat {
  std::string service;
  int minutes = 15;
  double ratio = 0;
  level at_least = level::info;
  std::optional<stook::timestamp> since;
  std::optional<bool> tail;
};
STOOK_DESCRIBE(flat, (service, "", stook::matching{"^[a-z-]+$"}),
               (minutes, "", stook::between{1, 1440}, stook::defaulted),
               (ratio, "", stook::between{0, 1}, stook::defaulted), (at_least, "", stook::defaulted), (since),
               (tail))

struct deep {
  std::vector<filter> filters;
  std::map<std::string, std::vector<flat>> groups;
};
STOOK_DESCRIBE(deep, (filters, "", stook::length{0, 4}), (groups, "", stook::defaulted))

void require_good(const flat& f) {
  fuzz::require(!f.service.empty() &&
                f.service.find_first_not_of("abcdefghijklmnopqrstuvwxyz-") == std::string::npos);
  fuzz::require(f.minutes >= 1 && f.minutes <= 1440 && f.ratio >= 0 && f.ratio <= 1);
}

std::string take_flat(flat f) {
  require_good(f);
  return f.service;
}

std::string take_deep(deep d) {
  fuzz::require(d.filters.size() <= 4);
  for (const filter& f : d.filters) fuzz::require(!f.key.empty());
  for (const auto& [name, group] : d.groups) {
    for (const flat& f : group) require_good(f);
  }
  return "done";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const stook::tool tools[] = {stook::tool("flat", "Flat.", take_flat),
                                      stook::tool("deep", "Deep.", take_deep)};
  for (const stook::tool& t : tools) {
    const stook::tool_result result = t.call(fuzz::text_of(data, size));
    fuzz::require(stook::is_valid_utf8(result.text));
    if (result.error)
      fuzz::require(stook::is_json_object(result.text) && result.error->code.starts_with("args_"));
  }
  return 0;
}
