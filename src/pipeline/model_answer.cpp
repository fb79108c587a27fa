#include "pipeline/model_answer.hpp"

#include <fmt/format.h>
#include <boost/json/value.hpp>

#include <stook/core/json.hpp>

namespace stook::detail {
namespace {

constexpr std::size_t longest_quote = 2000;

// The inside of the first Markdown fence, if there is one.
std::string_view without_fence(std::string_view text) {
  const auto open = text.find("```");
  if (open == std::string_view::npos) return text;
  const auto begin = text.find('\n', open);
  const auto end = begin == std::string_view::npos ? begin : text.find("```", begin);
  return end == std::string_view::npos ? text : text.substr(begin + 1, end - begin - 1);
}

}  // namespace

json json_in_answer(std::string_view text, decode_report& report) {
  try {
    return parse_json(without_fence(text));
  } catch (const error& why) {
    report.problems.push_back({.what = why.what(), .expected = "JSON and nothing else"});
    return {};
  }
}

message ask_for_repair(std::string_view text, const decode_report& report, std::string_view schema) {
  return message::user(fmt::format(
      "Your answer does not have the form that was asked for:\n{}\n\nYour answer was:\n{}\n\nAnswer again "
      "with JSON, and nothing else, that holds this schema:\n{}",
      to_string(report.problems), to_valid_utf8(text.substr(0, longest_quote)), schema));
}

}  // namespace stook::detail
