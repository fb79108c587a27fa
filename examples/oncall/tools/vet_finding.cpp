#include <oncall/tools/vet_finding.hpp>

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include <stook/core/ascii.hpp>

#include <oncall/postmortem/citations.hpp>
#include <oncall/postmortem/known_names.hpp>
#include <oncall/screen/injection.hpp>
#include <oncall/tools/finding_composer.hpp>
#include <oncall/tools/tools.hpp>

namespace stook::sre {
namespace {

using namespace std::chrono_literals;

constexpr double close_score = 0.5;     // of the first cause: ranks that a model may weigh anew
constexpr std::size_t words_alike = 5;  // in a row: no coincidence any more

/// Words in lower case; "db-proxy" is one.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> out;
  std::string word;
  for (const char c : text) {
    if (ascii::is_alnum(c) || c == '-' || c == '_' || static_cast<unsigned char>(c) >= 0x80) {
      word += ascii::to_lower(c);
    } else if (!word.empty()) {
      out.push_back(std::exchange(word, {}));
    }
  }
  if (!word.empty()) out.push_back(std::move(word));
  return out;
}

using phrase = std::vector<std::string>;

void add_phrases(std::string_view text, std::set<phrase>& out) {
  const std::vector<std::string> words = words_of(text);
  for (std::size_t i = 0; i + words_alike <= words.size(); ++i) {
    const auto first = words.begin() + static_cast<std::ptrdiff_t>(i);
    out.emplace(first, first + static_cast<std::ptrdiff_t>(words_alike));
  }
}

/// What the telemetry lets a sentence say.
class sentence_check {
 public:
  sentence_check(const investigation& about, const std::vector<scan_report>& scans)
      : evidence_(about.evidence()), names_(about.data().logs, about.data().topology, about.data().events) {
    const incident_data& data = about.data();
    for (std::uint32_t id = 0; id < data.logs.service.names(); ++id)
      add_name(known_, data.logs.service.name(id));
    for (const call_edge& call : data.topology) {
      add_name(known_, call.caller);
      add_name(known_, call.callee);
    }
    for (const change_event& event : data.events) add_name(known_, event.service);
    for (const scan_report& scan : scans) {
      for (const log_signal& s : scan.scan.signals) {
        if (s.lift >= told_lift) add_name(involved_, s.service);
      }
      for (const ranked_cause& cause : scan.causes.hypotheses) {
        add_name(involved_, cause.service);
        if (cause.trigger) add_name(involved_, cause.trigger->service);
      }
    }
    for (const input_report& report : data.reports) {
      for (const issue_group& group : report.issues) {
        if (group.issue != input_issue::suspected_injection) continue;
        for (const issue_detail& detail : group.first) add_phrases(detail.text, suspected_);
      }
    }
  }

  bool is_involved(std::string_view service) const { return involved_.contains(std::string(service)); }

  /// Why a sentence cannot stand by what it cites; empty if it can. Unknown ids are told of elsewhere.
  std::string flaw(std::string_view text, const evidence_ids& ids) const {
    if (std::string general = flaw(text); !general.empty()) return general;
    cited_values cited;
    for (const std::string& id : ids) {
      if (const evidence_item* item = evidence_.find(id)) cited.add(*item);
    }
    const auto name = names_.unsupported(text, cited);
    return name ? fmt::format("it names {}, which its evidence does not", *name) : std::string();
  }

  /// The same of a sentence that cites nothing, such as what would refute a cause.
  std::string flaw(std::string_view text) const {
    if (const auto kind = suspected_injection(text))
      return fmt::format("it reads like an instruction ({})", *kind);
    for (const std::string_view sign : {"://", "](", "`", "</", "${", "{{"}) {
      if (text.find(sign) != std::string_view::npos) return "it holds markup or an address";
    }
    std::set<phrase> phrases;
    add_phrases(text, phrases);
    const bool repeats =
        std::ranges::any_of(phrases, [&](const phrase& p) { return suspected_.contains(p); });
    if (repeats) return "it repeats a line that reads like an instruction";
    for (const std::string& word : words_of(text)) {
      if (known_.contains(word) && !involved_.contains(word))
        return fmt::format("it names {}, which shows nothing in the window", word);
    }
    return {};
  }

 private:
  static void add_name(std::set<std::string>& names, std::string_view name) {
    if (!name.empty()) names.insert(ascii::to_lower(name));
  }

  const evidence_log& evidence_;
  known_names names_;
  std::set<std::string> known_, involved_;
  std::set<phrase> suspected_;
};

/// Every sentence of a finding that cites evidence.
std::set<std::string> cited_sentences(const finding& found) {
  std::set<std::string> out;
  for (const cited_text& t : found.key_facts) out.insert(t.text);
  for (const incident_finding& each : found.incidents) {
    for (const cited_text& t : each.symptoms) out.insert(t.text);
    for (const cited_text& t : each.key_facts) out.insert(t.text);
    for (const propagation_step& p : each.propagation) out.insert(p.effect);
    for (const rejected_hypothesis& other : each.alternatives) {
      out.insert(other.hypothesis);
      out.insert(other.reason);
    }
    out.insert(each.hypothesis.statement);
  }
  return out;
}

class vetting {
 public:
  vetting(investigation& about, const std::vector<scan_report>& scans)
      : about_(about),
        scans_(scans),
        check_(about, scans),
        own_(compose_finding(*about.detection, scans)),
        own_sentences_(cited_sentences(own_)) {}

  vetted_finding run(finding found) {
    vetted_finding out{.found = std::move(found)};
    dropped_ = &out.dropped;
    if (!fits_the_detector(out.found)) {
      drop("the verdict or its windows", "the detector says otherwise; the rules' finding stands");
      out.found = own_;
      return out;
    }
    keep_sound(out.found.key_facts, "a key fact");
    for (incident_finding& each : out.found.incidents) vet(each);
    return out;
  }

 private:
  void drop(std::string_view what, std::string_view why) {
    dropped_->push_back(fmt::format("{}: {}", what, why));
  }

  /// True if the text stands. What the rules would say themselves does.
  bool sound(std::string_view text, std::string_view what) {
    const std::string flaw = check_.flaw(text);
    if (!flaw.empty()) drop(what, flaw);
    return flaw.empty();
  }

  /// The same by the evidence that the text cites.
  bool sound(const std::string& text, std::string_view what, const evidence_ids& cited) {
    if (own_sentences_.contains(text)) return sound(text, what);
    const std::string flaw = check_.flaw(text, cited);
    if (!flaw.empty()) drop(what, flaw);
    return flaw.empty();
  }

  /// The same for what the document holds without ids of its own: its numbers are those of the hypothesis.
  bool sound_with_numbers(std::string_view text, std::string_view what, const evidence_ids& cited) {
    if (!sound(std::string(text), what, cited)) return false;
    const bool backed = about_.evidence().check_numbers(text, cited).empty();
    if (!backed) drop(what, "it holds a number that the evidence of the hypothesis does not");
    return backed;
  }

  void keep_sound(std::vector<cited_text>& texts, std::string_view what) {
    std::erase_if(texts, [&](const cited_text& t) { return !sound(t.text, what, t.evidence); });
  }

  const incident_finding* own_for(const incident_finding& each) const {
    const auto at = std::ranges::find_if(own_.incidents, [&](const incident_finding& i) {
      return std::chrono::abs(i.start - each.start) <= std::chrono::microseconds(10min) &&
             i.end.has_value() == each.end.has_value();
    });
    return at == own_.incidents.end() ? nullptr : &*at;
  }

  bool fits_the_detector(const finding& found) const {
    if (found.verdict != own_.verdict) return false;
    return found.incidents.size() == own_.incidents.size() &&
           std::ranges::all_of(found.incidents,
                               [&](const incident_finding& i) { return own_for(i) != nullptr; });
  }

  const scan_report* scan_of(const incident_finding& own) const {
    const auto at =
        std::ranges::find(scans_, own.start, [](const scan_report& r) { return r.scan.window.from; });
    return at == scans_.end() ? nullptr : &*at;
  }

  /// The cause that a hypothesis names, if it may be chosen.
  const ranked_cause* cause_of(const hypothesis& h, const scan_report* scan) const {
    if (!scan || scan->causes.hypotheses.empty() || !h.service) return nullptr;
    const double first = scan->causes.hypotheses.front().score;
    for (const ranked_cause& c : scan->causes.hypotheses) {
      if (c.service == *h.service && c.mechanism == h.mechanism && c.score >= close_score * first) return &c;
    }
    return nullptr;
  }

  void vet(incident_finding& each) {
    const incident_finding& own = *own_for(each);
    const scan_report* scan = scan_of(own);
    keep_sound(each.symptoms, "a symptom");
    keep_sound(each.key_facts, "a key fact");
    std::erase_if(each.top_contributors, [&](const contributor& c) {
      const bool out = !check_.is_involved(c.service);
      if (out) drop("a contributor", "its service shows nothing in the window");
      return out;
    });
    vet_alternatives(each, scan);
    const ranked_cause* cause = cause_of(each.hypothesis, scan);
    // To say that the cause is not known is always allowed.
    const bool abstains = !each.hypothesis.service && each.hypothesis.mechanism == failure_mechanism::unknown;
    if (!cause && !abstains) {
      if (each.hypothesis.service != own.hypothesis.service ||
          each.hypothesis.mechanism != own.hypothesis.mechanism)
        drop("the hypothesis", "no cause of the window ranks so; the rules' first stands");
      take_cause(each, own);
    } else {
      vet_words(each.hypothesis, cause, own);
      vet_trigger(each, cause);
      if (cause) {
        each.explains_share = cause->explains_share;
        each.confidence = std::max(each.confidence, level_of(cause->confidence.level));
      }
      const bool by_rules = each.basis.empty() || each.basis == own.basis;
      if (!by_rules &&
          !sound_with_numbers(each.basis, "the basis of the confidence", each.hypothesis.evidence))
        each.basis = own.basis;
    }
    std::erase_if(each.unexplained, [&](const std::string& t) {
      if (std::ranges::find(own.unexplained, t) != own.unexplained.end())
        return !sound(t, "something unexplained");
      return !sound_with_numbers(t, "something unexplained", each.hypothesis.evidence);
    });
    std::erase_if(each.propagation, [&](const propagation_step& p) {
      const bool named = check_.is_involved(p.from) && check_.is_involved(p.to);
      if (!named) drop("a propagation", "it names a service that shows nothing in the window");
      return !named || !sound(p.effect, "a propagation", p.evidence);
    });
    if (each.symptoms.empty()) each.symptoms = own.symptoms;
  }

  void take_cause(incident_finding& each, const incident_finding& own) {
    each.hypothesis = own.hypothesis;
    each.trigger = own.trigger;
    each.explains_share = own.explains_share;
    each.confidence = own.confidence;
    each.basis = own.basis;
    each.unexplained = own.unexplained;
    each.alternatives = own.alternatives;
    each.propagation = own.propagation;
  }

  void vet_words(hypothesis& h, const ranked_cause* cause, const incident_finding& own) {
    const auto instead = [&](std::string& text, std::string_view what, const std::string& rules) {
      if (!text.empty() && text != rules && !sound(text, what)) text = rules;
    };
    const std::string& statement = cause ? cause->statement : own.hypothesis.statement;
    if (!h.statement.empty() && h.statement != statement &&
        !sound(h.statement, "the statement of the cause", h.evidence))
      h.statement = statement;
    instead(h.falsifier, "the falsifier", cause ? cause->falsifier : own.hypothesis.falsifier);
    instead(h.check, "the check", cause ? cause->check : own.hypothesis.check);
  }

  /// A change that set it off is the one that the ranking found, or one of the same service before the onset.
  void vet_trigger(incident_finding& each, const ranked_cause* cause) {
    if (!each.trigger || each.trigger->kind == trigger_kind::unknown) return;
    const auto& events = about_.data().events;
    const bool backed =
        cause && each.trigger->t && std::ranges::any_of(events, [&](const change_event& e) {
          const bool same = std::chrono::abs(e.ts - *each.trigger->t) < std::chrono::microseconds(1s);
          const bool ranked = cause->trigger && cause->trigger->ts == e.ts;
          return same && (ranked || (!cause->trigger && e.service == cause->service && e.ts <= cause->onset));
        });
    if (backed) return;
    drop("the trigger", "the ranking of causes knows no such change");
    each.trigger.reset();
  }

  void vet_alternatives(incident_finding& each, const scan_report* scan) {
    std::erase_if(each.alternatives, [&](const rejected_hypothesis& other) {
      const bool ranked = scan && std::ranges::any_of(scan->causes.hypotheses, [&](const ranked_cause& c) {
                            return other.service && c.service == *other.service;
                          });
      if (other.service && !ranked && !check_.is_involved(*other.service)) {
        drop("an alternative", "its service shows nothing in the window");
        return true;
      }
      return !sound(other.hypothesis, "an alternative", other.evidence) ||
             !sound(other.reason, "the reason of an alternative", other.evidence);
    });
  }

  investigation& about_;
  const std::vector<scan_report>& scans_;
  sentence_check check_;
  finding own_;
  std::set<std::string> own_sentences_;
  std::vector<std::string>* dropped_ = nullptr;
};

/// One scan a window of the detector, in its order.
std::vector<scan_report> scans_of_windows(investigation& about) {
  std::vector<scan_report> out;
  if (about.data().logs.size() == 0) return out;
  for (const detected_window& w : about.windows)
    out.push_back(scan_window(about, w.start, w.end, std::nullopt));
  return out;
}

}  // namespace

vetted_finding vet_finding(investigation& about, finding found) {
  const std::vector<scan_report> scans = scans_of_windows(about);
  return vetting(about, scans).run(std::move(found));
}

std::vector<timeline_row> vet_timeline(investigation& about, std::vector<timeline_row> rows,
                                       std::vector<std::string>& dropped) {
  if (rows.empty()) return rows;
  const std::vector<scan_report> scans = scans_of_windows(about);
  const sentence_check check(about, scans);
  std::erase_if(rows, [&](const timeline_row& row) {
    const std::string flaw = check.flaw(row.event, row.evidence);
    if (!flaw.empty()) dropped.push_back("a row of the timeline: " + flaw);
    return !flaw.empty();
  });
  return rows;
}

}  // namespace stook::sre
