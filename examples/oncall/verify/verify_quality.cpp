#include <oncall/verify/verify_quality.hpp>

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <boost/json/value.hpp>

#include <oncall/postmortem/draft_incident.hpp>
#include <oncall/verify/compare.hpp>
#include <stook/core/codec.hpp>

namespace stook::sre {
namespace {

void add(std::vector<verification_problem>& problems, std::string claim, evidence_ids ids,
         std::string written, std::string found) {
  problems.push_back({std::move(claim), std::move(ids), std::move(written), std::move(found), {}});
}

// What the data give is there; a document may have more, such as how its run ended.
void check_listed(std::vector<verification_problem>& problems, const std::string& path,
                  const std::vector<std::string>& written, const std::vector<std::string>& found) {
  if (written.size() >= max_quality_notes) return;  // cut
  for (const std::string& note : found) {
    if (std::find(written.begin(), written.end(), note) == written.end()) add(problems, path, {}, "", note);
  }
}

bool is_measured(const clock_skew_note& note, const std::deque<evidence_item>& items) {
  for (const evidence_item& item : items) {
    const bool cited = std::find(note.evidence.begin(), note.evidence.end(), item.id) != note.evidence.end();
    const auto* result = cited ? item.result.if_object() : nullptr;
    const json* rows = result ? result->if_contains("clock_skew") : nullptr;
    if (!rows || !rows->is_array()) continue;
    const json wanted = to_json(clock_skew_row{.service = note.source, .seconds = note.seconds});
    for (const json& row : rows->get_array()) {
      if (differences(wanted, row, "", 1).empty()) return true;
    }
  }
  return false;
}

}  // namespace

void verify_quality(const data_quality& written, const data_quality& found,
                    const std::deque<evidence_item>& items, std::vector<verification_problem>& problems) {
  for (const difference& d : differences(to_json(written.gaps), to_json(found.gaps), "data_quality.gaps", 20))
    add(problems, d.path, {}, d.written, d.found);
  check_listed(problems, "data_quality.notes", written.notes, found.notes);
  check_listed(problems, "data_quality.suspected_injection", written.suspected_injection,
               found.suspected_injection);
  if (written.redactions < found.redactions) {  // more may have been hidden in what models wrote
    add(problems, "data_quality.redactions", {}, std::to_string(written.redactions),
        std::to_string(found.redactions));
  }
  for (std::size_t i = 0; i < written.clock_skew.size(); ++i) {
    const clock_skew_note& note = written.clock_skew[i];
    if (!is_measured(note, items)) {
      add(problems, fmt::format("data_quality.clock_skew[{}]", i), note.evidence,
          fmt::format("the clock of {} is {:g} s fast", one_line(note.source, 80), note.seconds),
          "no scan that it cites says so");
    }
  }
}

}  // namespace stook::sre
