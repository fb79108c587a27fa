#include <fmt/format.h>
#include <boost/describe/enum_to_string.hpp>

#include <oncall/postmortem/citations.hpp>
#include <oncall/postmortem/render.hpp>

namespace stook::sre {
namespace {

constexpr std::size_t most_lines = 10;
constexpr std::size_t line_limit = 197;  // and three dots

std::string heading(const incident& each) {
  const auto* end = std::get_if<timestamp>(&each.window.end);
  return fmt::format("{} {} | {} to {}, {} min", boost::describe::enum_to_string(each.severity.level, ""),
                     each.title, to_string(each.window.start), end ? to_string(*end) : "still going on",
                     (each.impact.duration_s + 30) / 60);
}

std::string impact_line(const incident& each) {
  const impact_section& impact = each.impact;
  std::string out = "Impact: " + impact.user_facing;
  if (!impact.failed_requests.method.starts_with("not measurable")) {
    out += fmt::format("; {} of {} requests failed beyond the usual, {:.1f} % of the error budget{}",
                       thousands(impact.failed_requests.value), thousands(impact.affected_requests.value),
                       impact.error_budget.consumed_fraction * 100,
                       impact.error_budget.assumed ? " (assumed objective)" : "");
  }
  if (impact.latency) out += fmt::format("; latency up to {:.0f} ms", impact.latency->value);
  return out;
}

std::string cause_line(const incident& each) {
  return fmt::format("Cause ({} confidence): {}",
                     boost::describe::enum_to_string(each.root_cause.confidence.level, ""),
                     each.root_cause.statement);
}

std::string first_action(const incident& each) {
  for (const runbook_step& step : each.runbook.steps) {
    if (step.phase != runbook_phase::stop_the_bleeding) continue;
    return fmt::format("Do first: {} ({}, approval: {})", step.do_,
                       boost::describe::enum_to_string(step.risk, ""),
                       boost::describe::enum_to_string(step.approval, ""));
  }
  return "Do first: follow the runbook";
}

std::string trigger_line(const incident& each) {
  const trigger_section& trigger = each.root_cause.trigger;
  std::string out = fmt::format("Trigger: {}", boost::describe::enum_to_string(trigger.kind, ""));
  if (trigger.event) out += " - " + *trigger.event;
  if (trigger.t) out += " at " + to_string(*trigger.t);
  return out;
}

std::string alternative_line(const incident& each) {
  const alternative& other = each.alternatives.front();
  return fmt::format("Also considered: {} - {}", other.hypothesis,
                     boost::describe::enum_to_string(other.verdict, ""));
}

}  // namespace

std::string executive_summary(const postmortem& document) {
  std::vector<std::string> lines;
  if (document.incidents.size() == 1) {
    const incident& each = document.incidents.front();
    lines = {heading(each), impact_line(each), cause_line(each), trigger_line(each)};
    if (!each.alternatives.empty()) lines.push_back(alternative_line(each));
    lines.push_back("Ended by: " + each.resolution.what_ended_it);
    lines.push_back(first_action(each));
    lines.push_back(fmt::format("Follow-up: {} action items", each.action_items.size()));
  } else if (!document.incidents.empty()) {
    lines.push_back(fmt::format("{} incidents", document.incidents.size()));
    std::size_t told = 0;
    for (; told < document.incidents.size() && told < 2; ++told) {
      const incident& each = document.incidents[told];
      lines.insert(lines.end(), {heading(each), impact_line(each), cause_line(each)});
    }
    if (told < document.incidents.size()) {
      lines.push_back(fmt::format("and {} more, in the report", document.incidents.size() - told));
    }
  } else {
    for (const claim& sentence : document.summary) {
      if (lines.size() < most_lines - 1) lines.push_back(sentence.text);
    }
  }
  lines.push_back(fmt::format("Evidence: {} items; notes on the data: {}", document.evidence.size(),
                              document.data_quality.notes.size()));
  std::string out;
  for (const std::string& line : lines) out += one_line(line, line_limit) + '\n';
  return out;
}

}  // namespace stook::sre
