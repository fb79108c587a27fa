#include <oncall/report/incident_view.hpp>

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <boost/describe/enum_to_string.hpp>

#include <oncall/postmortem/citations.hpp>
#include <oncall/report/axis.hpp>
#include <oncall/report/hypotheses.hpp>
#include <oncall/report/words.hpp>

namespace stook::sre::report {
namespace {

template <typename Enum>
std::string text(Enum value) {
  return words_of(boost::describe::enum_to_string(value, "unknown"));
}

bool measured(const quantity& q) { return !q.method.starts_with("not measurable"); }

std::string quantity_value(const quantity& q) {
  return measured(q) ? fmt::format("{} {}", thousands(q.value), shown(q.unit, 40)) : "not measurable";
}

std::string quantity_note(const quantity& q) {
  const bool banded = measured(q) && q.low && q.high && *q.low != *q.high;
  return banded ? fmt::format("between {} and {}", thousands(*q.low), thousands(*q.high)) : std::string();
}

std::string severity_class(severity_level level) {
  switch (level) {
    case severity_level::SEV1:
      return "sev1";
    case severity_level::SEV2:
      return "sev2";
    case severity_level::SEV3:
      return "sev3";
    default:
      return "sev4";
  }
}

std::optional<timestamp> end_of(const incident& each) {
  const auto* end = std::get_if<timestamp>(&each.window.end);
  return end ? std::optional(*end) : std::nullopt;
}

std::string how_long(const incident& each) {
  const std::string length = length_text(std::chrono::seconds(each.impact.duration_s));
  return end_of(each) ? length : length + " so far, still going on where the data end";
}

/// "±60 s at the start, ±2 min at the end"; nothing where both are the sampling step's.
std::string uncertainty_text(const document_window& w) {
  const auto about = [](std::int64_t s) { return "± " + length_text(std::chrono::seconds(s)); };
  std::string out = about(w.start_uncertainty_s) + " at the start";
  if (std::holds_alternative<timestamp>(w.end)) out += ", " + about(w.end_uncertainty_s) + " at the end";
  return out;
}

/// Builds the parts of one incident's section.
class section {
 public:
  section(const incident& each, std::size_t number, const incident_context& context)
      : each_(each), links_(context.links), context_(context), id_(name_of_incident(number)) {}

  views claims(const std::vector<claim>& from, const char* place) {
    views out;
    for (const claim& c : from) out.push_back(claim_view(links_, c, where(place)));
    return out;
  }

  views impact() {
    const impact_section& m = each_.impact;
    const evidence_ids& measured_by = each_.severity.evidence;
    views out;
    const auto add = [&](std::string name, std::string value, const evidence_ids& ids,
                         std::string note = {}) {
      out.push_back(
          fact_view(links_, std::move(name), std::move(value), ids, where("impact"), std::move(note)));
    };
    add("Severity", text(each_.severity.level), each_.severity.evidence,
        "rule: " + shown(each_.severity.rule));
    add("Duration", how_long(each_), each_.window.evidence, uncertainty_text(each_.window));
    add("Seen by users", shown(m.user_facing), measured_by);
    add("Failed beyond the usual", quantity_value(m.failed_requests), m.failed_requests.evidence,
        quantity_note(m.failed_requests));
    add("Requests in the window", quantity_value(m.affected_requests), m.affected_requests.evidence);
    if (m.users) add("Users", quantity_value(*m.users), m.users->evidence, quantity_note(*m.users));
    if (m.latency)
      add("Highest latency", quantity_value(*m.latency), m.latency->evidence, quantity_note(*m.latency));
    const error_budget& budget = m.error_budget;
    if (measured(m.failed_requests)) {
      add("Error budget used", fmt::format("{:.1f} %", budget.consumed_fraction * 100), measured_by,
          fmt::format("of the budget of {} days at {:g} %{}", budget.slo_window_days, budget.slo * 100,
                      budget.assumed ? ", an assumed objective" : ""));
      add("Fastest burn over an hour", fmt::format("{:.1f} times the budget's rate", budget.burn_rate_peak),
          measured_by);
    }
    for (const affected_service& s : m.services) add("Service", shown(s.name, 200), s.evidence, text(s.role));
    if (!m.regions.empty()) add("Regions", listed(m.regions), {});
    if (!m.endpoints.empty()) add("Endpoints", listed(m.endpoints), {});
    return out;
  }

  views timeline() {
    views out;
    for (const timeline_row& row : each_.timeline) {
      view v(view::type::object);
      put(v, "row_iso", to_string(row.t));
      put(v, "row_when", row_time(row.t));
      put(v, "row_text", shown(row.event));
      put(v, "row_kind", text(row.kind));
      put(v, "row_kind_class", boost::describe::enum_to_string(row.kind, "unknown"));
      put(v, "row_source", "from " + text(row.source));
      put(v, "row_mark", row.kind == timeline_kind::change ? context_.mark_at(row.t) : std::string());
      links_.cite(v, row.evidence, where("timeline"));
      out.push_back(std::move(v));
    }
    return out;
  }

  views hypotheses() {
    views out;
    for (const considered_cause& c : considered_causes(each_, context_.document.evidence)) {
      view v(view::type::object);
      put_flag(v, "hyp_chosen", c.chosen);
      put(v, "hyp_label", shown(c.label, 20));
      put(v, "hyp_verdict", c.verdict);
      put(v, "hyp_statement", shown(c.statement));
      put(v, "hyp_explains",
          c.explains ? percent_text(*c.explains) + " of the excess errors" : "not computed");
      put(v, "hyp_bar", c.explains ? fmt::format("{:.0f}", std::clamp(*c.explains, 0.0, 1.0) * 100) : "");
      const std::string nothing_left = c.explains && *c.explains >= 0.995 ? "nothing" : "nothing is named";
      put(v, "hyp_unexplained", c.unexplained.empty() ? nothing_left : first_of(c.unexplained));
      put(v, "hyp_falsifier", c.falsifier.empty() ? "not stated" : shown(c.falsifier));
      put(v, "hyp_check", c.check.empty() ? "not stated" : shown(c.check));
      put(v, "hyp_reason", c.reason.empty() ? "nothing that the data show" : shown(c.reason));
      put(v, "hyp_confidence", c.confidence.empty() ? "not stated" : shown(c.confidence));
      links_.cite(v, c.evidence, where("hypotheses"));
      out.push_back(std::move(v));
    }
    return out;
  }

  views cause() {
    const root_cause& cause = each_.root_cause;
    views out;
    const trigger_section& t = cause.trigger;
    out.push_back(
        fact_view(links_, "Trigger",
                  t.event                           ? shown(*t.event)
                  : t.kind == trigger_kind::unknown ? "unknown"
                                                    : text(t.kind),
                  t.evidence.value_or(evidence_ids{}), where("trigger"),
                  t.t ? fmt::format("{}, {} UTC", text(t.kind), instant_text(*t.t)) : std::string()));
    for (const propagation_step& step : cause.propagation) {
      out.push_back(fact_view(
          links_, "Passed on",
          fmt::format("{} → {}: {}", shown(step.from, 200), shown(step.to, 200), shown(step.effect)),
          step.evidence, where("propagation"), fmt::format("after {:g} s", step.lag_s)));
    }
    return out;
  }

  views detection() {
    views out;
    const detection_section& d = each_.detection;
    out.push_back(fact_view(links_, "Found by", text(d.how), {}, where("detection")));
    for (const claim& gap : d.gaps) {
      out.push_back(fact_view(links_, "Gap", shown(gap.text), gap.evidence, where("detection")));
    }
    const auto after = [&](const char* name, const nullable<std::int64_t>& seconds) {
      if (const auto* s = std::get_if<std::int64_t>(&seconds))
        out.push_back(fact_view(links_, name, length_text(std::chrono::seconds(*s)), {}, where("detection")));
    };
    after("Time to detect", d.ttd_s);
    after("Time to mitigate", d.ttm_s);
    after("Time to recover", d.ttr_s);
    out.push_back(fact_view(links_, "Ended by", shown(each_.resolution.what_ended_it),
                            each_.resolution.evidence.value_or(evidence_ids{}), where("resolution")));
    return out;
  }

  /// What mitigates, and what else is to be done.
  views action_tables() {
    views mitigations, others;
    for (const action_item& item : each_.action_items) {
      view v(view::type::object);
      put(v, "action_id", fmt::format("{}-action-{}", id_, ++actions_));
      put(v, "action_priority", text(item.priority));
      put(v, "action_title", shown(item.title));
      put(v, "action_terms", text(item.type) + (item.requires_approval ? ", needs approval" : ""));
      put(v, "action_owner", item.owner == "UNASSIGNED" ? "nobody yet" : shown(item.owner, 200));
      put(v, "action_due",
          item.eta_days == 0 ? "now" : fmt::format("in {}", count_text(item.eta_days, "day", "days")));
      put(v, "action_verification", shown(item.verification));
      const auto aims_at = [&](std::string_view what) {
        return std::ranges::any_of(item.addresses, [&](const std::string& a) { return a.ends_with(what); });
      };
      const bool cause = aims_at("/root_cause"), detection = aims_at("/detection");
      put(v, "action_aim", cause ? "the cause" : detection ? "detection" : "the incident");
      put(v, "action_aim_id", id_ + (cause ? "-causes" : detection ? "-detection" : "-summary"));
      (item.type == action_type::mitigate ? mitigations : others).push_back(std::move(v));
    }
    views out;
    const auto add = [&](const char* name, const char* title, views rows) {
      if (rows.empty()) return;
      view v(view::type::object);
      put(v, "table_id", fmt::format("{}-{}", id_, name));
      put(v, "table_title", title);
      put_list(v, "actions", std::move(rows));
      out.push_back(std::move(v));
    };
    add("mitigations", "Mitigations", std::move(mitigations));
    add("actions", "Action items", std::move(others));
    return out;
  }

  views phases() {
    views out, steps;
    const auto& all = each_.runbook.steps;
    for (std::size_t i = 0; i < all.size(); ++i) {
      steps.push_back(step(all[i]));
      if (i + 1 < all.size() && all[i + 1].phase == all[i].phase) continue;
      view v(view::type::object);
      std::string name = text(all[i].phase);
      name[0] = static_cast<char>(name[0] - 'a' + 'A');
      put(v, "phase_name", std::move(name));
      put_list(v, "steps", std::exchange(steps, {}));
      out.push_back(std::move(v));
    }
    return out;
  }

  view do_first() const {
    for (const runbook_step& s : each_.runbook.steps) {
      if (s.phase != runbook_phase::stop_the_bleeding) continue;
      view v(view::type::object);
      put(v, "first_text", shown(s.do_));
      put(v, "first_terms", text(s.risk) + ", " + approval_text(s));
      put(v, "first_step", step_id(s));
      put(v, "first_n", std::to_string(s.n));
      return v;
    }
    return view(false);
  }

  const std::string& id() const { return id_; }

 private:
  std::string where(const char* place) const { return id_ + " " + place; }
  std::string step_id(const runbook_step& s) const { return fmt::format("{}-step-{}", id_, s.n); }

  static std::string listed(const std::vector<std::string>& names) {
    return shown(fmt::format("{}", fmt::join(names, ", ")));
  }

  static std::string first_of(std::vector<std::string> names) {
    constexpr std::size_t most = 6;
    if (names.size() > most) {
      const std::size_t more = names.size() - most;
      names.resize(most);
      return listed(names) + fmt::format(", and {} more", more);
    }
    return listed(names);
  }

  static std::string approval_text(const runbook_step& s) {
    switch (s.approval) {
      case action_approval::none:
        return "needs no approval";
      case action_approval::on_call:
        return "approval by the person on call";
      default:
        return "approval by the " + text(s.approval);
    }
  }

  /// The day only where it is not the incident's first.
  std::string row_time(timestamp t) const {
    return day_text(t) == day_text(each_.window.start) ? clock_text(t) : instant_text(t);
  }

  view step(const runbook_step& s) {
    view v(view::type::object);
    put(v, "step_id", step_id(s));
    put(v, "step_n", std::to_string(s.n));
    put_flag(v, "step_done", s.done);
    put(v, "step_do", shown(s.do_));
    put(v, "step_command", s.command ? shown(*s.command, 2'000) : std::string());
    put(v, "step_expect", shown(s.expect));
    put(v, "step_if_not", shown(s.if_not));
    put(v, "step_undo", shown(s.rollback));
    put(v, "step_risk", text(s.risk));
    put(v, "step_risk_class", boost::describe::enum_to_string(s.risk, "unknown"));
    put(v, "step_approval", approval_text(s));
    put_flag(v, "step_cites", s.evidence.has_value());
    if (s.evidence) links_.cite(v, *s.evidence, where("runbook"));
    return v;
  }

  const incident& each_;
  citation_links& links_;
  const incident_context& context_;
  std::string id_;
  int actions_ = 0;
};

}  // namespace

std::string name_of_incident(std::size_t number) { return fmt::format("I{}", number); }

time_span span_of(const incident& each, timestamp data_end) {
  return {each.window.start, end_of(each).value_or(std::max(data_end, each.window.start))};
}

view card_view(const incident& each, std::size_t number) {
  view out(view::type::object);
  put(out, "card_id", name_of_incident(number));
  put(out, "card_class", severity_class(each.severity.level));
  put(out, "card_severity", text(each.severity.level));
  put(out, "card_title", shown(each.title, 300));
  put(out, "card_when", span_text(each.window.start, end_of(each)));
  put(out, "card_length", how_long(each));
  put(out, "card_cause", shown(each.root_cause.statement));
  views figures;
  const auto figure = [&](const char* name, std::string value, std::string note) {
    view v(view::type::object);
    put(v, "figure_name", name);
    put(v, "figure_value", std::move(value));
    put(v, "figure_note", std::move(note));
    figures.push_back(std::move(v));
  };
  const impact_section& m = each.impact;
  if (measured(m.failed_requests)) {
    figure("Failed requests", thousands(m.failed_requests.value),
           measured(m.affected_requests) ? "of " + thousands(m.affected_requests.value) : std::string());
    figure("Error budget used", fmt::format("{:.1f} %", m.error_budget.consumed_fraction * 100),
           m.error_budget.assumed ? "assumed objective" : "");
  }
  if (m.latency) figure("Highest latency", quantity_value(*m.latency), {});
  figure("Confidence", text(each.root_cause.confidence.level), {});
  put_list(out, "figures", std::move(figures));
  return out;
}

view incident_view(const incident& each, std::size_t number, const incident_context& context) {
  section part(each, number, context);
  view out(view::type::object);
  put(out, "inc_id", part.id());
  put(out, "inc_class", severity_class(each.severity.level));
  put(out, "inc_severity", text(each.severity.level));
  put(out, "inc_title", shown(each.title, 300));
  put(out, "inc_iso", to_string(each.window.start));
  put(out, "inc_when", span_text(each.window.start, end_of(each)));
  put(out, "inc_length", how_long(each));
  put(out, "inc_status", text(each.status));
  out.set("do_first", part.do_first());
  put_list(out, "summary", part.claims(each.summary, "summary"));
  put_list(out, "impact", part.impact());
  put_list(out, "timeline", part.timeline());
  put_list(out, "hypotheses", part.hypotheses());
  put_list(out, "cause", part.cause());
  put_flag(out, "has_factors", !each.contributing_factors.empty());
  put_list(out, "factors", part.claims(each.contributing_factors, "factors"));
  put_list(out, "detection", part.detection());
  put_list(out, "action_tables", part.action_tables());
  put_list(out, "phases", part.phases());
  views questions;
  for (const std::string& question : each.lessons.needs_human_input) {
    view v(view::type::object);
    put(v, "question", shown(question));
    questions.push_back(std::move(v));
  }
  put_flag(out, "has_questions", !questions.empty());
  put_list(out, "questions", std::move(questions));
  return out;
}

}  // namespace stook::sre::report
