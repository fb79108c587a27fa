#include <oncall/verify/verify.hpp>

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <boost/json/value.hpp>

#include <oncall/postmortem/known_names.hpp>
#include <oncall/postmortem/rebuild.hpp>
#include <oncall/tools/finding_composer.hpp>
#include <oncall/verify/compare.hpp>
#include <oncall/verify/replay.hpp>
#include <oncall/verify/verify_incident.hpp>
#include <oncall/verify/verify_inputs.hpp>
#include <oncall/verify/verify_quality.hpp>
#include <stook/core/codec.hpp>
#include <stook/core/error.hpp>
#include <stook/core/json.hpp>

namespace stook::sre {
namespace {

constexpr std::size_t differences_told = 3;  // of one result: the first few say where to look
constexpr std::size_t most_problems = 1'000;

bool is_list_of_ids(const json& value) {
  return value.is_array() && !value.get_array().empty() && value.get_array()[0].is_string();
}

/// Which claims cite which evidence.
struct citations {
  std::size_t claims = 0;
  std::map<std::string, std::vector<std::string>, std::less<>> by_id;

  void collect(const json& value, const std::string& path) {
    if (const auto* array = value.if_array()) {
      for (std::size_t i = 0; i < array->size(); ++i) collect((*array)[i], fmt::format("{}[{}]", path, i));
    }
    const auto* object = value.if_object();
    if (!object) return;
    for (const auto& [key, item] : *object) {
      if (key == "evidence" && is_list_of_ids(item)) {
        ++claims;
        for (const json& id : item.get_array()) by_id[std::string(id.get_string())].push_back(path);
      } else if (!path.empty() || key != "evidence") {
        collect(item, path.empty() ? std::string(key) : fmt::format("{}.{}", path, std::string_view(key)));
      }
    }
  }
};

class document_verification {
 public:
  document_verification(const postmortem& document, const investigation& about, replayer& again)
      : document_(document), about_(about), inputs_(draft_inputs_of(about)), again_(again) {
    cited_.collect(to_json(document), "");
  }

  verification run() {
    out_.claims = cited_.claims;
    out_.evidence = document_.evidence.size();
    verify_inputs(document_, about_, inputs_.reports, out_.problems);
    run_evidence();
    check_statements();
    write_again();
    if (out_.problems.size() > most_problems) out_.problems.resize(most_problems);
    out_.holds = out_.problems.empty();
    return std::move(out_);
  }

 private:
  void add(std::string claim, evidence_ids ids, std::string written, std::string found) {
    out_.problems.push_back({std::move(claim), std::move(ids), std::move(written), std::move(found), {}});
  }

  // ---- evidence

  void run_evidence() {
    for (std::size_t i = 0; i < document_.evidence.size(); ++i) {
      const evidence_item& item = document_.evidence[i];
      replayed now = again_.run(item);
      const std::size_t before = out_.problems.size();
      if (const std::string id = fmt::format("E{}", i + 1); item.id != id) {
        add(fmt::format("evidence[{}].id", i), {item.id}, item.id,
            id + " is expected: ids count up, so a piece was taken out, put in or renamed");
      }
      if (now.item) {
        compare_item(item, *now.item, fmt::format("evidence[{}]", i));
      } else {
        add(fmt::format("evidence[{}]", i), {item.id},
            fmt::format("{} was asked: {}", one_line(item.tool, 80), one_line(item.query)),
            "this cannot be run again: " + one_line(now.why_not, 400));
      }
      const auto claims = cited_.by_id.find(item.id);
      if (claims != cited_.by_id.end()) {
        for (std::size_t p = before; p < out_.problems.size(); ++p) {
          out_.problems[p].rested_on = claims->second;
        }
      }
      items_.push_back(now.item ? std::move(*now.item) : item);
    }
  }

  void compare_item(const evidence_item& written, const evidence_item& now, const std::string& path) {
    const evidence_ids ids{written.id};
    const auto hold = [&](const char* what, const std::string& w, const std::string& n) {
      if (w != n) add(fmt::format("{}.{}", path, what), ids, one_line(w), one_line(n));
    };
    hold("query", written.query, now.query);
    hold("window[0]", to_string(written.window[0]), to_string(now.window[0]));
    hold("window[1]", to_string(written.window[1]), to_string(now.window[1]));
    hold("rows", std::to_string(written.rows), std::to_string(now.rows));
    hold("truncated", written.truncated ? "true" : "false", now.truncated ? "true" : "false");
    hold("source_digest", written.source_digest, now.source_digest);
    for (const difference& d : differences(written.result, now.result, path + ".result", differences_told))
      add(d.path, ids, d.written, d.found);
    hold("result_digest", written.result_digest, now.result_digest);
  }

  // ---- statements

  void check_statements() {
    postmortem now = document_;
    now.evidence.assign(items_.begin(), items_.end());
    const incident_data& data = about_.data();
    const known_names known(data.logs, data.topology, data.events);
    for (const draft_problem& problem : check_postmortem(now, &known)) {
      add(problem.path, ids_at(problem.path), problem.what, "see the evidence that it cites");
    }
  }

  /// What the claim at a path, or the one around it, cites.
  evidence_ids ids_at(std::string path) const {
    evidence_ids out;
    while (!path.empty() && out.empty()) {
      for (const auto& [id, claims] : cited_.by_id) {
        if (std::find(claims.begin(), claims.end(), path) != claims.end()) out.push_back(id);
      }
      const std::size_t end = path.find_last_of(".[");
      path.resize(end == std::string::npos ? 0 : end);
    }
    return out;
  }

  // ---- what the program writes by itself

  /// The evidence of the search for windows in all metrics together.
  std::string search_id() const {
    for (const evidence_item& item : items_) {
      if (item.tool == "detect_incident_window" && item.query == "{}") return item.id;
    }
    return {};
  }

  void write_again() {
    const std::string searched = search_id();
    if (searched.empty()) {
      return add("evidence", {}, "",
                 "a search for incident windows in all metrics, which the document lacks");
    }
    try {
      inputs_.windows = windows_of(again_.day().found, searched);
    } catch (const error& e) {
      return add("evidence", {searched}, "", e.what());
    }
    inputs_.detection_evidence = {searched};
    take_objective();
    check_verdict();
    compose(searched);
    evidence_log log = evidence_log::holding(items_, std::make_shared<manual_clock>());
    for (std::size_t i = 0; i < document_.incidents.size(); ++i) {
      if (const detected_window* window = window_for(i)) compare(i, *window, log);
    }
    for (std::size_t i = items_.size(); i < log.items().size(); ++i) {
      const evidence_item& lacks = log.items()[i];
      add("evidence", {}, "",
          fmt::format("{} with the query {}, which the document lacks", lacks.tool, one_line(lacks.query)));
    }
    check_summary(searched);
    for (const std::string& note : again_.day().report.notes) inputs_.quality_notes.push_back(note);
    verify_quality(document_.data_quality, quality_of(inputs_, 0), items_, out_.problems);
  }

  /// One that somebody gave stands in the document only; the default is the program's.
  void take_objective() {
    if (document_.incidents.empty() || !inputs_.objective.assumed) return;
    const error_budget& budget = document_.incidents.front().impact.error_budget;
    if (budget.assumed) return;
    if (budget.slo < 0.5 || budget.slo > 0.999999 || budget.slo_window_days < 1 ||
        budget.slo_window_days > 366) {
      return add("incidents[0].impact.error_budget", {},
                 fmt::format("an objective of {:g} over {} days", budget.slo, budget.slo_window_days),
                 "expected 0.5 to 0.999999 over 1 to 366 days");
    }
    inputs_.objective = {.slo = budget.slo, .window_days = budget.slo_window_days, .assumed = false};
  }

  void check_verdict() {
    const std::size_t windows = inputs_.windows.size();
    const std::string seen = fmt::format("{} incident window{}", windows, windows == 1 ? "" : "s");
    if ((document_.verdict == verdict::incident) != (windows > 0)) {
      add("verdict", inputs_.detection_evidence, shown(to_json(document_).at("verdict")), seen);
    } else if (document_.incidents.size() != windows) {
      add("incidents", inputs_.detection_evidence, fmt::format("{} incident(s)", document_.incidents.size()),
          seen);
    }
  }

  /// The windows stand in order of time, as the incidents do. Where there are not as many, the nearest.
  const detected_window* window_for(std::size_t i) const {
    const auto& all = inputs_.windows;
    if (all.empty()) return nullptr;
    if (all.size() == document_.incidents.size()) return &all[i];
    const timestamp start = document_.incidents[i].window.start;
    return &*std::min_element(all.begin(), all.end(), [start](const auto& a, const auto& b) {
      return std::chrono::abs(a.start - start) < std::chrono::abs(b.start - start);
    });
  }

  /// Of this finding something was left out, so it cannot be put together again.
  bool lost_some() const {
    const auto& notes = document_.data_quality.notes;
    return std::any_of(notes.begin(), notes.end(),
                       [](std::string_view note) { return note.starts_with("Left out: "); });
  }

  /// Where no model took part, the rules have put the finding together, and do so again.
  void compose(const std::string& searched) {
    if (!std::holds_alternative<std::monostate>(document_.provenance.model) || lost_some()) return;
    detection_report detected = again_.day().report;
    detected.evidence = searched;
    std::vector<scan_report> scans;
    for (const evidence_item& ranking : items_) {
      if (ranking.tool != "rank_causes") continue;
      const auto scan = std::find_if(items_.begin(), items_.end(), [&](const evidence_item& item) {
        return item.tool == "log_pattern_scan" && item.window == ranking.window;
      });
      if (scan == items_.end()) continue;
      try {
        scans.push_back(again_.logs(from_json<scan_query>(parse_json(ranking.query))).report);
      } catch (const error&) {  // told where the evidence was run again
        continue;
      }
      scans.back().evidence = scan->id;
      scans.back().causes_evidence = ranking.id;
    }
    composed_ = compose_finding(detected, scans);
  }

  void compare(std::size_t i, const detected_window& window, evidence_log& log) {
    std::vector<draft_problem> flaws;
    const incident& written = document_.incidents[i];
    const rebuild_place at{inputs_, written, i, window, log};
    const auto composed = std::find_if(
        composed_.incidents.begin(), composed_.incidents.end(), [&](const incident_finding& each) {
          return each.start == window.start &&
                 one_line(each.hypothesis.statement, 600) == written.root_cause.statement;
        });
    const incident found = composed == composed_.incidents.end() ? rebuild_incident(at, flaws)
                                                                 : rebuild_incident(at, *composed, flaws);
    for (const draft_problem& flaw : flaws) add(flaw.path, {}, flaw.what, "see the events and the catalogue");
    compare_incident({document_, i, document_.incidents[i], found, inputs_, log}, out_.problems);
  }

  void check_summary(const std::string& searched) {
    std::vector<claim> found;
    if (!document_.incidents.empty()) {
      found = day_summary(document_.incidents);
    } else {
      const bool quiet = document_.verdict == verdict::no_incident;
      found.push_back({.text = std::string(quiet ? no_incident_sentence : inconclusive_sentence),
                       .evidence = {searched},
                       .kind = claim_kind::measured,
                       .confidence = {}});
      const bool by_rules = std::holds_alternative<std::monostate>(document_.provenance.model) &&
                            composed_.verdict == document_.verdict;
      if (by_rules) {
        for (const cited_text& fact : composed_.key_facts)
          found.push_back({one_line(fact.text, 600), fact.evidence, claim_kind::measured, {}});
      }
      for (std::size_t i = 1; i < document_.summary.size() && !by_rules; ++i) {
        const claim& fact = document_.summary[i];
        found.push_back({fact.text, fact.evidence, claim_kind::measured, {}});
      }
    }
    for (const difference& d : differences(to_json(document_.summary), to_json(found), "summary", 20))
      add(d.path, d.evidence, d.written, d.found);
  }

  const postmortem& document_;
  const investigation& about_;
  draft_inputs inputs_;
  replayer& again_;
  citations cited_;
  std::deque<evidence_item> items_;  // as they are now
  finding composed_;                 // by the rules; empty where a model took part
  verification out_;
};

}  // namespace

verification verify(const postmortem& document, const investigation& about, const verify_options& options) {
  replayer again(about, options.wall);
  return verify(document, about, again);
}

verification verify(const postmortem& document, const investigation& about, replayer& again) {
  return document_verification(document, about, again).run();
}

}  // namespace stook::sre
