#include <algorithm>
#include <charconv>
#include <cstddef>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>
// without it the library ends the process on a schema it cannot read
#define VALIJSON_USE_EXCEPTIONS 1
#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include <stook/core/json.hpp>

#include "core/json_path.hpp"
#include "pipeline/compiled_schema.hpp"

namespace stook::detail {
namespace {

constexpr std::size_t most_problems = 8;
constexpr std::size_t longest_matched_text = 4096;

std::size_t longest_text(const json& value) {
  std::size_t longest = 0;
  if (const auto* text = value.if_string()) {
    longest = text->size();
  } else if (const auto* array = value.if_array()) {
    for (const json& item : *array) longest = std::max(longest, longest_text(item));
  } else if (const auto* object = value.if_object()) {
    for (const auto& [key, item] : *object) longest = std::max({longest, key.size(), longest_text(item)});
  }
  return longest;
}

// The library's steps are "<root>", "[name]" and "[0]".
std::string path_of(const std::vector<std::string>& steps) {
  std::string path;
  for (std::string_view step : steps) {
    if (step.size() < 3 || step.front() != '[') continue;
    step = step.substr(1, step.size() - 2);
    std::size_t index = 0;
    const auto read = std::from_chars(step.data(), step.data() + step.size(), index);
    if (read.ec == std::errc() && read.ptr == step.data() + step.size()) {
      append_index(path, index);
    } else {
      append_key(path, step);
    }
  }
  return path;
}

}  // namespace

void compiled_schema::check(const json& value, decode_report& report) const {
  if (const std::size_t longest = longest_text(value); matches_ && longest > longest_matched_text) {
    report.problems.push_back({.what = "a text has " + std::to_string(longest) + " bytes",
                               .expected = "at most " + std::to_string(longest_matched_text) + " bytes"});
    return;
  }
  valijson::Validator validator(valijson::Validator::kStrongTypes);
  valijson::ValidationResults found;
  try {
    if (validator.validate(*schema_, valijson::adapters::BoostJsonAdapter(value), &found)) return;
  } catch (const std::exception& why) {
    throw error("bad_schema", std::string("the schema cannot be used: ") + why.what());
  }
  valijson::ValidationResults::Error one;
  while (report.problems.size() < most_problems && found.popError(one)) {
    report.problems.push_back({.path = path_of(one.context), .what = to_valid_utf8(one.description)});
  }
  if (report.ok()) report.problems.push_back({.what = "the value does not hold the schema"});
}

}  // namespace stook::detail
