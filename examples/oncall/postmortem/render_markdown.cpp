#include <iterator>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <boost/describe/enum_to_string.hpp>
#include <boost/json/value.hpp>

#include <oncall/postmortem/citations.hpp>
#include <oncall/postmortem/render.hpp>
#include <stook/core/json.hpp>

namespace stook::sre {
namespace {

template <typename Enum>
std::string text(Enum value) {
  std::string out = boost::describe::enum_to_string(value, "unknown");
  for (char& c : out) {
    if (c == '_') c = ' ';
  }
  return out;
}

std::string cites(const evidence_ids& ids) {
  std::vector<std::string> links;
  for (const std::string& id : ids) links.push_back(escape_markdown(id, 20));
  return fmt::format("\\[{}\\]", fmt::join(links, ", "));
}

std::string md(std::string_view from) { return escape_markdown(from); }

class page {
 public:
  template <typename... Args>
  void line(fmt::format_string<Args...> form, Args&&... args) {
    fmt::format_to(std::back_inserter(out_), form, std::forward<Args>(args)...);
    out_ += '\n';
  }
  void blank() { out_ += '\n'; }
  void heading(int level, std::string_view words) {
    if (!out_.empty()) blank();
    line("{} {}", std::string(static_cast<std::size_t>(level), '#'), words);
    blank();
  }
  void claims(const std::vector<claim>& all) {
    for (const claim& each : all) line("- {} {}", md(each.text), cites(each.evidence));
  }
  void list(std::string_view before, const std::vector<std::string>& items) {
    for (const std::string& item : items) line("- {}{}", before, md(item));
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

std::string quantity_text(const quantity& q) {
  if (q.method.starts_with("not measurable")) return md(q.method);
  std::string out = fmt::format("{} {}", thousands(q.value), md(q.unit));
  if (q.low && q.high && *q.low != *q.high) {
    out += fmt::format(" ({} to {})", thousands(*q.low), thousands(*q.high));
  }
  return out + " " + cites(q.evidence);
}

void write_impact(page& to, const impact_section& impact) {
  to.heading(3, "Impact");
  to.line("| | |");
  to.line("|---|---|");
  to.line("| Duration | {} min |", (impact.duration_s + 30) / 60);
  to.line("| Requests in the window | {} |", quantity_text(impact.affected_requests));
  to.line("| Failed beyond the usual | {} |", quantity_text(impact.failed_requests));
  if (impact.users) to.line("| Users | {} |", quantity_text(*impact.users));
  if (impact.latency) to.line("| Highest latency | {} |", quantity_text(*impact.latency));
  const error_budget& budget = impact.error_budget;
  to.line("| Error budget used | {:.1f} % of that of {} days at {:g} %{} |", budget.consumed_fraction * 100,
          budget.slo_window_days, budget.slo * 100, budget.assumed ? " (assumed)" : "");
  to.line("| Highest burn rate over an hour | {:.1f} times |", budget.burn_rate_peak);
  to.line("| Seen by users | {} |", md(impact.user_facing));
  for (const affected_service& service : impact.services) {
    to.line("| Service {} | {} {} |", md(service.name), text(service.role), cites(service.evidence));
  }
  for (const std::string& region : impact.regions) to.line("| Region | {} |", md(region));
  for (const std::string& endpoint : impact.endpoints) to.line("| Endpoint | {} |", md(endpoint));
}

void write_cause(page& to, const incident& each) {
  const root_cause& cause = each.root_cause;
  to.heading(3, "Root cause");
  to.line("{} {}", md(cause.statement), cites(cause.evidence));
  to.blank();
  to.line("- Mechanism: {}", text(cause.mechanism));
  to.line("- Confidence: {}{}. {}", text(cause.confidence.level),
          cause.confidence.capped_by ? " (capped: " + md(*cause.confidence.capped_by) + ")" : "",
          md(cause.confidence.basis));
  const trigger_section& trigger = cause.trigger;
  to.line("- Trigger: {}{}{} {}", text(trigger.kind), trigger.event ? ", " + md(*trigger.event) : "",
          trigger.t ? " at " + to_string(*trigger.t) : "", trigger.evidence ? cites(*trigger.evidence) : "");
  for (const propagation_step& step : cause.propagation) {
    to.line("- Passed on from {} to {} after {:g} s: {} {}", md(step.from), md(step.to), step.lag_s,
            md(step.effect), cites(step.evidence));
  }
  if (cause.explains_share) to.line("- Explains {:.0f} % of the excess errors", *cause.explains_share * 100);
  to.list("Not explained: ", cause.unexplained);
  to.line("- Would be refuted by: {}", md(cause.falsifier));
  if (!each.contributing_factors.empty()) {
    to.heading(3, "Contributing factors");
    to.claims(each.contributing_factors);
  }
  to.heading(3, "Alternatives");
  for (const alternative& other : each.alternatives) {
    to.line("- **{}**: {} {} {}", text(other.verdict), md(other.hypothesis), md(other.reason),
            cites(other.evidence));
  }
}

void write_steps(page& to, const runbook& book) {
  for (const runbook_step& step : book.steps) {
    std::string out = fmt::format("- [{}] {}. ({}, {}, approval: {}) {}", step.done ? 'x' : ' ', step.n,
                                  boost::describe::enum_to_string(step.phase, ""),
                                  boost::describe::enum_to_string(step.risk, ""),
                                  boost::describe::enum_to_string(step.approval, ""), md(step.do_));
    if (step.command) out += ": " + code_span(*step.command);
    out += fmt::format(" - expect: {}; if not: {}; undo: {}", md(step.expect), md(step.if_not),
                       md(step.rollback));
    if (step.evidence) out += " " + cites(*step.evidence);
    to.line("{}", out);
  }
}

void write_incident(page& to, const incident& each) {
  to.heading(2, fmt::format("{} {}: {}", md(each.id), text(each.severity.level), md(each.title)));
  to.line("Status: {}. Severity rule: {}. {}", text(each.status), md(each.severity.rule),
          cites(each.severity.evidence));
  to.heading(3, "Summary");
  to.claims(each.summary);
  write_impact(to, each.impact);
  to.heading(3, "Timeline (UTC)");
  to.line("| Time | Event | Kind | Source | Evidence |");
  to.line("|---|---|---|---|---|");
  for (const timeline_row& row : each.timeline) {
    to.line("| {} | {} | {} | {} | {} |", to_string(row.t), md(row.event), text(row.kind), text(row.source),
            cites(row.evidence));
  }
  write_cause(to, each);
  to.heading(3, "Detection and resolution");
  to.line("- Found by: {}", text(each.detection.how));
  to.claims(each.detection.gaps);
  to.line("- {} {}", md(each.resolution.what_ended_it),
          each.resolution.evidence ? cites(*each.resolution.evidence) : "");
  to.heading(3, "Action items");
  to.line("| Priority | Type | Action | Owner | Days | Done when | Approval |");
  to.line("|---|---|---|---|---|---|---|");
  for (const action_item& item : each.action_items) {
    to.line("| {} | {} | {} | {} | {} | {} | {} |", text(item.priority), text(item.type), md(item.title),
            md(item.owner), item.eta_days, md(item.verification), item.requires_approval ? "needed" : "no");
  }
  to.heading(3, "Runbook");
  write_steps(to, each.runbook);
  to.heading(3, "Only people know");
  to.list("", each.lessons.needs_human_input);
}

void write_evidence(page& to, const std::vector<evidence_item>& evidence) {
  to.heading(2, "Evidence");
  for (const evidence_item& item : evidence) {
    to.line("- **{}** {} {}; {} rows{}; result {}", md(item.id), md(item.tool), code_span(item.query, 600),
            item.rows, item.truncated ? ", cut" : "", code_span(dump_json(item.result), 300));
  }
}

void write_quality(page& to, const postmortem& document) {
  const data_quality& quality = document.data_quality;
  to.heading(2, "Data quality");
  for (const gap_note& gap : quality.gaps) {
    to.line("- Gap in {}: {} to {}", md(gap.source), to_string(gap.start), to_string(gap.end));
  }
  for (const clock_skew_note& skew : quality.clock_skew) {
    to.line("- Clock of {} off by {:g} s {}", md(skew.source), skew.seconds, cites(skew.evidence));
  }
  if (quality.redactions > 0) to.line("- {} values were redacted", quality.redactions);
  to.list("Suspicious text in the data: ", quality.suspected_injection);
  to.list("", quality.notes);
  const provenance& made = document.provenance;
  to.heading(2, "Provenance");
  const auto* model = std::get_if<std::string>(&made.model);
  to.line("- Written by {} at {}, run {}", md(made.tool_version), to_string(made.generated_at),
          md(made.run_id));
  to.line("- Model: {}", model ? md(*model) : std::string("none"));
  for (const input_note& input : made.inputs) {
    to.line("- {}: {} rows, SHA-256 {}", code_span(input.path), input.rows, code_span(input.sha256));
  }
}

}  // namespace

std::string to_markdown(const postmortem& document) {
  page to;
  to.heading(1, document.verdict == verdict::incident      ? "Postmortem"
                : document.verdict == verdict::no_incident ? "No incident"
                                                           : "Inconclusive");
  to.claims(document.summary);
  for (const incident& each : document.incidents) write_incident(to, each);
  write_evidence(to, document.evidence);
  write_quality(to, document);
  return to.take();
}

std::string to_runbook(const postmortem& document) {
  page to;
  to.heading(1, "Runbook");
  if (document.incidents.empty()) to.line("Nothing to do: {}.", text(document.verdict));
  for (const incident& each : document.incidents) {
    to.heading(2, fmt::format("{} {}: {}", md(each.id), md(each.runbook.severity), md(each.runbook.trigger)));
    write_steps(to, each.runbook);
  }
  return to.take();
}

}  // namespace stook::sre
