#include <stook/models/rule_model.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <stook/core/error.hpp>

namespace stook {

std::string_view conversation_view::task() const {
  for (const message& m : request_.messages) {
    if (m.from() == role::user) return m.text();
  }
  return {};
}

int conversation_view::calls_of(std::string_view tool) const {
  int n = 0;
  for (const message& m : request_.messages) n += m.from() == role::tool && m.tool_name() == tool;
  return n;
}

int conversation_view::successes_of(std::string_view tool) const {
  return static_cast<int>(results_of(tool).size());
}

std::string_view conversation_view::result_of(std::string_view tool) const {
  const auto all = results_of(tool);
  return all.empty() ? std::string_view() : all.back();
}

std::vector<std::string_view> conversation_view::results_of(std::string_view tool) const {
  std::vector<std::string_view> out;
  for (const message& m : request_.messages) {
    if (m.from() == role::tool && m.tool_name() == tool && !m.is_error()) out.push_back(m.text());
  }
  return out;
}

const message& conversation_view::last() const {
  static const message nothing;
  return request_.messages.empty() ? nothing : request_.messages.back();
}

bool conversation_view::offers(std::string_view tool) const {
  return std::any_of(request_.tools.begin(), request_.tools.end(),
                     [&](const stook::tool& t) { return t.name() == tool; });
}

rule_model::rule_model(std::string name, std::vector<rule> rules)
    : name_(std::move(name)), rules_(std::move(rules)) {
  if (rules_.empty()) throw error("bad_rules", fmt::format("the rule model \"{}\" has no rules", name_));
  for (const rule& r : rules_) {
    if (!r.when || !r.reply)
      throw error("bad_rules", fmt::format("the rule \"{}\" lacks a function", r.name));
  }
}

chat_reply rule_model::generate(const chat_request& request, generation& context) {
  const conversation_view view(request);
  for (const rule& r : rules_) {
    if (!r.when(view)) continue;
    message answer = r.reply(view);
    if (!answer.text().empty()) context.text_delta(answer.text());
    const bool calls = !answer.calls().empty();
    return {.answer = std::move(answer), .finish = calls ? finish_reason::tool_calls : finish_reason::stop};
  }
  throw error("model.no_rule", fmt::format("no rule of \"{}\" fits this conversation", name_));
}

}  // namespace stook
