#include <oncall/verify/verify_incident.hpp>

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <boost/json/value.hpp>

#include <oncall/verify/compare.hpp>
#include <stook/core/codec.hpp>

namespace stook::sre {
namespace {

constexpr std::size_t most_differences = 100;

/// Compared apart, or free for people to fill in.
bool is_apart(std::string_view path) {
  constexpr std::array<std::string_view, 5> apart{".timeline", ".action_items", ".lessons", ".status",
                                                  ".done"};
  return std::any_of(apart.begin(), apart.end(), [&](std::string_view end) { return path.ends_with(end); });
}

class comparison {
 public:
  comparison(const incident_comparison& both, std::vector<verification_problem>& problems)
      : both_(both), problems_(problems), path_(fmt::format("incidents[{}]", both.index)) {}

  void run() {
    compare_fields();
    compare_status();
    compare_timeline();
    compare_actions();
    const auto& model = both_.document.provenance.model;
    if (std::holds_alternative<std::monostate>(model)) compare_with_ranking();
  }

 private:
  void add(const std::string& claim, evidence_ids ids, std::string written, std::string found) {
    problems_.push_back({claim, std::move(ids), std::move(written), std::move(found), {}});
  }

  /// What a section without citations of its own rests on.
  evidence_ids basis_of(std::string_view path) const {
    if (path.find(".impact") != path.npos || path.find(".severity") != path.npos)
      return both_.found.severity.evidence;
    if (path.find(".root_cause") != path.npos || path.find(".runbook") != path.npos)
      return both_.written.root_cause.evidence;
    return both_.found.window.evidence;
  }

  void compare_fields() {
    const auto all =
        differences(to_json(both_.written), to_json(both_.found), path_, most_differences, is_apart);
    for (const difference& d : all) {
      add(d.path, d.evidence.empty() ? basis_of(d.path) : d.evidence, d.written, d.found);
    }
  }

  void compare_status() {
    const bool written = both_.written.status == incident_status::inconclusive;
    const bool found = both_.found.status == incident_status::inconclusive;
    if (written != found) {
      add(path_ + ".status", both_.written.root_cause.evidence, written ? "inconclusive" : "a cause is known",
          found ? "inconclusive, by rule" : "a cause that no rule makes inconclusive");
    }
  }

  // ---- timeline

  static std::string text_of(const timeline_row& row) {
    return fmt::format("{} {}", to_string(row.t), row.event);
  }

  bool has_event(timestamp t) const {
    return std::any_of(
        both_.inputs.events.begin(), both_.inputs.events.end(),
        [t](const change_event& event) { return std::chrono::abs(event.ts - t) < std::chrono::seconds(1); });
  }

  /// Why a row that the data do not give by themselves cannot stand; empty if it can.
  std::string flaw_of(const timeline_row& row) const {
    const bool tells_of_people = row.kind == timeline_kind::alert || row.kind == timeline_kind::mitigation ||
                                 row.kind == timeline_kind::human || row.source == timeline_source::events ||
                                 row.source == timeline_source::alert || row.source == timeline_source::human;
    if (is_said(both_.document, row) || !tells_of_people || has_event(row.t)) return {};
    return "no event of that time, and nobody in provenance.human_edits stands for it by name";
  }

  void compare_timeline() {
    const auto& rows = both_.written.timeline;
    std::vector<std::string> texts;
    for (const timeline_row& row : rows) texts.push_back(to_json_text(row));
    std::vector<char> accounted(rows.size(), 0);
    std::vector<const timeline_row*> missing;
    for (const timeline_row& row : both_.found.timeline) {
      const std::string text = to_json_text(row);
      std::size_t at = 0;
      while (at < rows.size() && (accounted[at] || texts[at] != text)) ++at;
      if (at < rows.size()) {
        accounted[at] = 1;
      } else {
        missing.push_back(&row);
      }
    }
    for (const timeline_row* row : missing) tell_missing(*row, accounted);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::string at = fmt::format("{}.timeline[{}]", path_, i);
      if (i > 0 && rows[i].t < rows[i - 1].t) {
        add(at, rows[i].evidence, text_of(rows[i]), "rows stand in the order of time");
      }
      if (accounted[i]) continue;
      if (std::string flaw = flaw_of(rows[i]); !flaw.empty())
        add(at, rows[i].evidence, text_of(rows[i]), std::move(flaw));
    }
  }

  /// A row that the data give is not there: a changed one stands in its place, or none.
  void tell_missing(const timeline_row& row, std::vector<char>& accounted) {
    const auto& rows = both_.written.timeline;
    const auto same = [&](auto alike) {
      std::size_t at = 0;
      while (at < rows.size() && (accounted[at] || !alike(rows[at]))) ++at;
      return at;
    };
    std::size_t at = same([&](const timeline_row& r) { return r.t == row.t && r.kind == row.kind; });
    if (at == rows.size()) at = same([&](const timeline_row& r) { return r.event == row.event; });
    if (at == rows.size()) at = same([&](const timeline_row& r) { return r.t == row.t; });
    if (at == rows.size()) return add(path_ + ".timeline", row.evidence, {}, text_of(row));
    accounted[at] = 1;
    const auto all =
        differences(to_json(rows[at]), to_json(row), fmt::format("{}.timeline[{}]", path_, at), 10);
    for (const difference& d : all) add(d.path, row.evidence, d.written, d.found);
  }

  // ---- actions

  void compare_actions() {
    for (std::size_t i = 0; i < both_.written.action_items.size(); ++i) {
      const action_item& written = both_.written.action_items[i];
      const std::string at = fmt::format("{}.action_items[{}]", path_, i);
      const auto& all = both_.found.action_items;
      const auto found =
          std::find_if(all.begin(), all.end(), [&](const action_item& a) { return a.id == written.id; });
      if (found == all.end()) {
        add(at, both_.written.root_cause.evidence, written.id,
            "the catalogue has no action of this id for the cause that the document names");
        continue;
      }
      const bool owners_known = !both_.inputs.owners.teams.empty();
      const auto skip = [owners_known](std::string_view path) {
        return !owners_known && path.ends_with(".owner");
      };
      for (const difference& d : differences(to_json(written), to_json(*found), at, 10, skip)) {
        add(d.path, both_.written.root_cause.evidence, d.written, d.found + " (catalogue of mitigations)");
      }
    }
  }

  // ---- causes, where rules have quoted the ranking

  /// The hypothesis of a cited ranking that has this statement; null if there is none. `cites` tells whether
  /// a ranking is cited that has hypotheses at all.
  const json* ranked(const std::string& statement, const evidence_ids& ids, bool& cites) const {
    for (const std::string& id : ids) {
      const evidence_item* item = both_.evidence.find(id);
      if (!item || item->tool != "rank_causes" || !item->result.is_object()) continue;
      const json* list = item->result.get_object().if_contains("hypotheses");
      if (!list || !list->is_array()) continue;
      for (const json& each : list->get_array()) {
        if (!each.is_object()) continue;
        cites = true;
        const json* text = each.get_object().if_contains("statement");
        if (text && text->is_string() && one_line(text->get_string(), 600) == statement) return &each;
      }
    }
    return nullptr;
  }

  static std::string member(const json& of, const char* name) {
    const json* found = of.get_object().if_contains(name);
    return found ? shown(*found) : std::string();
  }

  void hold(const std::string& claim, const evidence_ids& ids, const std::string& written,
            const std::string& found) {
    if (written != found) add(claim, ids, written, found);
  }

  void compare_with_ranking() {
    const root_cause& cause = both_.written.root_cause;
    bool cites = false;
    const json* best = ranked(cause.statement, cause.evidence, cites);
    if (best) {
      const std::string at = path_ + ".root_cause";
      const auto* service = std::get_if<std::string>(&cause.service);
      hold(at + ".service", cause.evidence, service ? *service : "", member(*best, "service"));
      hold(at + ".mechanism", cause.evidence, shown(to_json(cause).at("mechanism")),
           member(*best, "mechanism"));
      hold(at + ".falsifier", cause.evidence, cause.falsifier,
           refutation(member(*best, "falsifier"), member(*best, "check")));
      const json& basis = best->at("confidence").at("basis");
      std::vector<std::string> reasons;
      for (const json& reason : basis.as_array()) reasons.emplace_back(reason.as_string());
      hold(at + ".confidence.basis", cause.evidence, cause.confidence.basis,
           one_line(fmt::format("{}", fmt::join(reasons, "; ")), 400));
    } else if (cites) {
      add(path_ + ".root_cause.statement", cause.evidence, cause.statement,
          "no cause of the ranking reads like that");
    }
    for (std::size_t i = 0; i < both_.written.alternatives.size(); ++i) {
      compare_with_ranking(both_.written.alternatives[i], fmt::format("{}.alternatives[{}]", path_, i));
    }
  }

  void compare_with_ranking(const alternative& written, const std::string& at) {
    bool cites = false;
    const json* found = ranked(written.hypothesis, written.evidence, cites);
    if (found) {
      const auto* service = std::get_if<std::string>(&written.service);
      hold(at + ".service", written.evidence, service ? *service : "", member(*found, "service"));
      hold(at + ".mechanism", written.evidence, shown(to_json(written).at("mechanism")),
           member(*found, "mechanism"));
    } else if (cites) {
      add(at + ".hypothesis", written.evidence, written.hypothesis,
          "no cause of the ranking reads like that");
    }
  }

  const incident_comparison& both_;
  std::vector<verification_problem>& problems_;
  std::string path_;
};

}  // namespace

void compare_incident(const incident_comparison& both, std::vector<verification_problem>& problems) {
  comparison(both, problems).run();
}

}  // namespace stook::sre
