#include <stook/models/model_endpoint.hpp>

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include <fmt/format.h>

#include <stook/core/error.hpp>

namespace stook {

secret api_key_from_environment(const std::string& variable) {
  const char* const set = std::getenv(variable.c_str());
  std::string_view value = set ? set : "";
  constexpr std::string_view blanks = " \t\r\n";
  value.remove_prefix(std::min(value.find_first_not_of(blanks), value.size()));
  value = value.substr(0, value.find_last_not_of(blanks) + 1);
  const auto is_graphic = [](char c) { return c > 0x20 && c < 0x7f; };
  if (!value.empty() && std::all_of(value.begin(), value.end(), is_graphic)) {
    return secret(std::string(value));
  }
  throw error(failure{
      "no_api_key",
      fmt::format("expected a key in the environment variable {}, {}", variable,
                  value.empty() ? "which is not set or empty" : "which holds characters that no key has"),
      fmt::format("export {}=..., or give the key in the options of the model", variable)});
}

}  // namespace stook
