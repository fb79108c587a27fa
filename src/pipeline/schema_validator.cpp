#include <stook/pipeline/schema_validator.hpp>

#include <fmt/format.h>
#include <boost/json/value.hpp>

#include <stook/core/json.hpp>
#include <stook/core/schema.hpp>

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

void read_answer(std::string_view text, void* into, const type_desc& type, decode_report& report) {
  json parsed;
  try {
    parsed = parse_json(without_fence(text));
  } catch (const error& why) {
    report.problems.push_back({.what = why.what(), .expected = "JSON and nothing else"});
    return;
  }
  decode(parsed, into, type, {}, report);
}

message repair_message(std::string_view text, const type_desc& type, const decode_report& report) {
  return message::user(fmt::format(
      "Your answer does not have the form that was asked for:\n{}\n\nYour answer was:\n{}\n\nAnswer again "
      "with JSON, and nothing else, that holds this schema:\n{}",
      to_string(report.problems), to_valid_utf8(text.substr(0, longest_quote)), dump_json(schema_of(type))));
}

}  // namespace stook::detail
