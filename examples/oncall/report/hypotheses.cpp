#include <oncall/report/hypotheses.hpp>

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <boost/describe/enum_to_string.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <oncall/postmortem/draft_incident.hpp>
#include <oncall/report/words.hpp>

namespace stook::sre::report {
namespace {

using boost::json::object;

std::string text_at(const object& of, std::string_view name) {
  const json* found = of.if_contains(name);
  return found && found->is_string() ? std::string(found->get_string()) : std::string();
}

const boost::json::array* array_at(const object& of, std::string_view name) {
  const json* found = of.if_contains(name);
  return found ? found->if_array() : nullptr;
}

std::vector<std::string> texts_at(const object& of, std::string_view name) {
  std::vector<std::string> out;
  const auto* list = array_at(of, name);
  for (std::size_t i = 0; list && i < list->size(); ++i) {
    if (const auto* text = (*list)[i].if_string()) out.emplace_back(*text);
  }
  return out;
}

/// The results that a statement cites. An excerpt may lack anything: nothing is taken for granted.
class cited_results {
 public:
  cited_results(const std::vector<evidence_item>& evidence, const evidence_ids& cited) {
    for (const evidence_item& item : evidence) {
      if (std::ranges::find(cited, item.id) == cited.end()) continue;
      if (const object* result = item.result.if_object()) results_.push_back(result);
    }
  }

  const object* hypothesis(const std::string& service, failure_mechanism how) const {
    const std::string name = boost::describe::enum_to_string(how, "");
    for (const object* result : results_) {
      const auto* list = array_at(*result, "hypotheses");
      for (std::size_t i = 0; list && i < list->size(); ++i) {
        const object* each = (*list)[i].if_object();
        if (each && text_at(*each, "service") == service && text_at(*each, "mechanism") == name) return each;
      }
    }
    return nullptr;
  }

  /// "payments: UpstreamTimeout" for "S3".
  std::string signal(const std::string& id) const {
    for (const object* result : results_) {
      const auto* list = array_at(*result, "signals");
      for (std::size_t i = 0; list && i < list->size(); ++i) {
        const object* each = (*list)[i].if_object();
        if (!each || text_at(*each, "id") != id) continue;
        const std::string kind = text_at(*each, "kind");
        return text_at(*each, "service") + ": " + (kind.empty() ? text_at(*each, "message") : kind);
      }
    }
    return id;
  }

 private:
  std::vector<const object*> results_;
};

std::string service_of(const nullable<std::string>& service) {
  const auto* name = std::get_if<std::string>(&service);
  return name ? *name : std::string();
}

/// The rules that limit confidence, as a person says them.
std::string words_of_rule(const std::string& rule) {
  if (rule == "no-trigger-before-onset") return "no change precedes the onset";
  if (rule == "cause-outside-telemetry") return "the cause lies outside of the telemetry";
  if (rule == "data-gap") return "more than a fifth of the samples is missing";
  if (rule == "no-alternative") return "no other cause was held against the evidence";
  return rule;
}

std::string confidence_text(std::string level, const std::string& basis,
                            const std::optional<std::string>& cap) {
  std::string out = std::move(level);
  if (cap) out += " (limited: " + words_of_rule(*cap) + ")";
  if (!basis.empty()) out += (out.empty() ? "" : ": ") + basis;
  return out;
}

void add_from_ranking(considered_cause& to, const object& ranked, const cited_results& cited) {
  if (const std::string id = text_at(ranked, "id"); !id.empty()) to.label = id;
  if (const json* share = ranked.if_contains("explains_share"); share && share->is_number() && !to.explains)
    to.explains = share->to_number<double>();
  if (to.unexplained.empty()) {
    for (const std::string& id : texts_at(ranked, "unexplained")) to.unexplained.push_back(cited.signal(id));
  }
  if (to.falsifier.empty()) to.falsifier = text_at(ranked, "falsifier");
  if (to.check.empty()) to.check = text_at(ranked, "check");
  const json* confidence = ranked.if_contains("confidence");
  if (!confidence || !confidence->is_object()) return;
  const object& c = confidence->get_object();
  const std::string limits = fmt::format("{}", fmt::join(texts_at(c, "capped_by"), "; "));
  if (to.reason.empty()) to.reason = limits;
  if (to.confidence.empty())
    to.confidence =
        confidence_text(text_at(c, "level"), fmt::format("{}", fmt::join(texts_at(c, "basis"), "; ")), {});
}

considered_cause chosen(const incident& of, const std::vector<evidence_item>& evidence) {
  const root_cause& cause = of.root_cause;
  considered_cause out{
      .label = "A1",
      .verdict = of.status == incident_status::inconclusive ? "best so far" : "chosen",
      .chosen = true,
      .statement = cause.statement,
      .explains = cause.explains_share,
      .unexplained = cause.unexplained,
      .falsifier = cause.falsifier,
      .confidence = confidence_text(boost::describe::enum_to_string(cause.confidence.level, "unknown"),
                                    cause.confidence.basis, cause.confidence.capped_by),
      .evidence = cause.evidence};
  // The document keeps both in one text.
  if (const std::size_t mark = out.falsifier.find(check_mark); mark != std::string::npos) {
    out.check = out.falsifier.substr(mark + check_mark.size());
    out.falsifier.resize(mark);
  }
  const cited_results cited(evidence, cause.evidence);
  if (const object* ranked = cited.hypothesis(service_of(cause.service), cause.mechanism))
    add_from_ranking(out, *ranked, cited);
  return out;
}

}  // namespace

std::vector<considered_cause> considered_causes(const incident& of,
                                                const std::vector<evidence_item>& evidence) {
  std::vector<considered_cause> out{chosen(of, evidence)};
  for (const alternative& other : of.alternatives) {
    considered_cause next{.label = fmt::format("A{}", out.size() + 1),
                          .verdict = words_of(boost::describe::enum_to_string(other.verdict, "unknown")),
                          .statement = other.hypothesis,
                          .reason = other.reason,
                          .evidence = other.evidence};
    const cited_results cited(evidence, other.evidence);
    if (const object* ranked = cited.hypothesis(service_of(other.service), other.mechanism))
      add_from_ranking(next, *ranked, cited);
    out.push_back(std::move(next));
  }
  return out;
}

}  // namespace stook::sre::report
