// Every number and every text of a document is changed, one at a time. What is a fact must be found out.

#include <oncall/verify/replay.hpp>

#include <map>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <boost/json/value.hpp>

#include <oncall/postmortem/render.hpp>
#include <stook/core/error.hpp>
#include <stook/core/json.hpp>

#include "case.hpp"
#include "support/sanitized.hpp"

using namespace stook_test;
using stook::json;

namespace {

/// What is free to say anything, by the end of its path, and why.
const std::vector<std::pair<std::string_view, const char*>> free_fields{
    {".source", "where the file lay; its digest is what counts, and a file may be moved"},
    {".ran_at", "when it was asked"},
    {".call_id", "which call of the run asked"},
    {"provenance.tool_version", "who wrote it"},
    {"provenance.model", "who wrote it"},
    {"provenance.run_id", "who wrote it"},
    {"provenance.generated_at", "when it was written"},
    {".owner", "for people to decide; the list of owners is not among the inputs"},
    {".done", "for people to tick"},
    {".needs_human_input", "questions to people"},
    {"data_quality.redactions", "may be more: what models wrote counts too"},
};

/// Beyond that, where a model has written: its judgement and its words. Their numbers are still held against
/// the evidence; one that stands elsewhere in the cited result is not found out.
const std::vector<std::pair<std::string_view, const char*>> free_of_a_model{
    {".text", "words, of which numbers and known names are checked"},
    {".statement", "words, of which numbers and known names are checked"},
    {".hypothesis", "words, of which numbers and known names are checked"},
    {".reason", "words, of which numbers and known names are checked"},
    {".falsifier", "what the author would take as a refutation"},
    {".basis", "what the author's confidence rests on"},
    {".unexplained", "what the author leaves open"},
    {".level", "the author may be less sure than the rules allow"},
    {".verdict", "the author's judgement of an alternative"},
    {".mechanism", "the author's judgement of an alternative"},
    {".service", "an alternative may blame any service that its evidence names"},
    {".explains_share", "a number that stands elsewhere in the evidence"},
    {".name", "a service that the evidence names"},
};

bool is_free(std::string path, const std::vector<std::pair<std::string_view, const char*>>& fields) {
  while (path.ends_with(']')) path.resize(path.rfind('['));
  return std::any_of(fields.begin(), fields.end(), [&](const auto& f) { return path.ends_with(f.first); });
}

/// The members that hold one name of a list, by the last part of their path.
const std::multimap<std::string, std::vector<const char*>, std::less<>> names{
    {"verdict", {"incident", "no_incident", "inconclusive"}},
    {"verdict", {"ruled_out", "unlikely", "not_testable"}},
    {"kind", {"measured", "inferred", "reported_by_human"}},
    {"kind", {"change", "symptom_start", "first_error", "peak", "recovery", "symptom_end", "data_gap"}},
    {"kind", {"deploy", "config", "traffic", "expiry", "unknown"}},
    {"status", {"draft", "inconclusive"}},
    {"level", {"high", "medium", "low", "inconclusive"}},
    {"level", {"SEV1", "SEV2", "SEV3", "SEV4"}},
    {"severity", {"SEV1", "SEV2", "SEV3", "SEV4"}},
    {"state", {"resolved", "ongoing", "unknown"}},
    {"role", {"cause", "propagated", "impacted"}},
    {"data_loss", {"none_seen", "yes", "unknown"}},
    {"how", {"alert", "anomaly_scan_after_the_fact", "user_report"}},
    {"source", {"metrics", "logs", "events", "alert", "human"}},
    {"mechanism", {"connection_pool_exhaustion", "upstream_timeout", "cache_miss_storm", "unknown"}},
    {"type", {"prevent", "detect", "mitigate", "process"}},
    {"priority", {"P0", "P1", "P2", "P3"}},
    {"phase", {"confirm", "scope", "stop_the_bleeding", "diagnose", "fix", "verify"}},
    {"risk", {"read_only", "reversible", "destructive"}},
    {"approval", {"none", "on_call", "incident_commander"}},
};

std::string last_part(const std::string& path) { return path.substr(path.find_last_of('.') + 1); }

/// Other values that could stand there.
std::vector<json> others(const std::string& path, const json& value) {
  if (value.is_bool()) return {json(!value.get_bool())};
  if (value.is_int64()) return {json(value.get_int64() + 1), json(value.get_int64() * 2 + 3)};
  if (value.is_uint64()) return {json(value.get_uint64() + 1)};
  if (value.is_double()) return {json(value.get_double() * 1.01 + 0.001)};
  if (!value.is_string()) return {};
  std::string text(value.get_string());
  const auto [first, last] = names.equal_range(last_part(path));
  for (auto list = first; list != last; ++list) {
    if (std::find(list->second.begin(), list->second.end(), text) == list->second.end()) continue;
    std::vector<json> out;
    for (const char* name : list->second) {
      if (name != text) out.emplace_back(name);
    }
    return out;
  }
  if (const auto t = stook::parse_timestamp(text))
    return {json(to_string(t->value + std::chrono::minutes(1)))};
  if (text.size() == 2 && text[0] == 'E') return {json("E99")};
  std::vector<json> out{json(text + " indeed")};
  for (char& c : text) {
    if (c < '0' || c > '9') continue;
    c = static_cast<char>('0' + (c - '0' + 3) % 10);
    out.emplace_back(text);
    break;
  }
  return out;
}

/// Calls `visit` with every value that holds no other, as a place that can be written to.
template <typename Visit>
void each_leaf(json& value, const std::string& path, const Visit& visit) {
  if (auto* object = value.if_object()) {
    for (auto& [key, item] : *object) {
      each_leaf(item, path.empty() ? std::string(key) : path + "." + std::string(key), visit);
    }
  } else if (auto* array = value.if_array()) {
    for (std::size_t i = 0; i < array->size(); ++i) {
      each_leaf((*array)[i], fmt::format("{}[{}]", path, i), visit);
    }
  } else {
    visit(value, path);
  }
}

constexpr int every_nth = sanitized ? 30 : 1;

struct tally {
  int changed = 0, refused = 0, found = 0;
  std::vector<std::string> missed;
};

tally change_everything(written_day& day, const postmortem& document, int every) {
  tally out;
  replayer again(*day.about, std::chrono::minutes(5));
  json whole = stook::parse_json(to_json_document(document));
  int count = 0, places = 0;
  each_leaf(whole, "", [&](json& place, const std::string& path) {
    // Results are compared value by value: a part of them tells.
    if (path.find("].result.") != path.npos && ++count % every != 0) return;
    if (++places % every_nth != 0) return;
    const json before = place;
    for (const json& other : others(path, before)) {
      place = other;
      ++out.changed;
      try {
        const postmortem changed = read_document_text(stook::dump_json(whole), "p.json");
        if (verify(changed, *day.about, again).holds) {
          out.missed.push_back(path);
        } else {
          ++out.found;
        }
      } catch (const stook::error&) {
        ++out.refused;
      }
    }
    place = before;
  });
  return out;
}

}  // namespace

TEST_CASE("each change of a fact is found, on a day with an incident and on a quiet one") {
  for (const bool quiet : {false, true}) {
    CAPTURE(quiet);
    written_day day({.seed = 7, .quiet = quiet});
    const postmortem document = day.investigate();
    REQUIRE(verify(document, *day.about).holds);
    const tally all = change_everything(day, document, 5);
    for (const std::string& path : all.missed) {
      CHECK_MESSAGE(is_free(path, free_fields), path);
    }
    CHECK(all.found > (quiet ? 50 : 700) / every_nth);
    MESSAGE(all.changed, " changes: ", all.found, " found, ", all.refused, " refused, ", all.missed.size(),
            " of what is free");
  }
}

TEST_CASE("each change of what the code has measured is found under a model's name") {
  written_day day({.seed = 7});
  const postmortem document = day.investigate("some model");
  REQUIRE(verify(document, *day.about).holds);
  const tally all = change_everything(day, document, 25);
  for (const std::string& path : all.missed) {
    CHECK_MESSAGE((is_free(path, free_fields) || is_free(path, free_of_a_model)), path);
    // What is free elsewhere is measured here.
    for (const char* measured : {".summary[0]", ".impact.failed", ".severity", ".window", ".result"}) {
      CHECK_MESSAGE(path.find(measured) == path.npos, path);
    }
  }
}
