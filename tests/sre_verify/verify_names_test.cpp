#include <oncall/verify/verify.hpp>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "changed_document.hpp"

using namespace stook_test;

namespace {

/// Each line gets the version of the program that wrote it.
void add_versions(const std::filesystem::path& logs) {
  const std::string text = text_of(logs);
  std::string out;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = text.find('\n', from);
    out += text.substr(from, end - from) + (from == 0 ? ",version\n" : ",v4.2-rc\n");
    from = end + 1;
  }
  write_text(logs, out);
}

/// A day signed by a model, whose sentences are free but for what they cite.
struct phrased_day : written_day {
  postmortem document;
  evidence_ids search;  ///< of the metrics: knows of no service

  phrased_day() : written_day({.seed = 7}) {
    add_versions(files.files().logs);
    document = investigate("some model");
    search = {evidence_by(document, "detect_incident_window").id};
  }
};

}  // namespace

TEST_CASE("a name that the cited evidence lacks is found in each sentence of a document") {
  phrased_day day;
  REQUIRE(day.verify_anew(day.document).holds);
  incident& i = day.document.incidents[0];
  struct place {
    std::string path;
    std::string* text;
    evidence_ids* cites;
  };
  const std::vector<place> places{
      {".contributing_factors[0]", &i.contributing_factors[0].text, &i.contributing_factors[0].evidence},
      {".root_cause.statement", &i.root_cause.statement, &i.root_cause.evidence},
      {".root_cause.confidence.basis", &i.root_cause.confidence.basis, &i.root_cause.evidence},
      {".alternatives[0].hypothesis", &i.alternatives[0].hypothesis, &i.alternatives[0].evidence},
      {".alternatives[0].reason", &i.alternatives[0].reason, &i.alternatives[0].evidence}};
  for (const place& at : places) {
    CAPTURE(at.path);
    const std::string text_before = *at.text;
    const evidence_ids cited_before = *at.cites;
    *at.text = "Calls to db-proxy waited";
    *at.cites = day.search;
    const verification outcome = day.verify_anew(day.document);
    const auto problem = problem_of(outcome, "incidents[0]" + at.path);
    REQUIRE(problem);
    CHECK(problem->document_says ==
          fmt::format("names the service db-proxy, which {} does not name", day.search[0]));
    CHECK(has(to_text(outcome), "db-proxy"));
    *at.text = text_before;
    *at.cites = cited_before;
  }
  CHECK(day.verify_anew(day.document).holds);
}

TEST_CASE("each sort of name is held against the evidence, and stands where the evidence has it") {
  phrased_day day;
  claim& fact = day.document.incidents[0].contributing_factors[0];
  const evidence_ids scan{evidence_by(day.document, "log_pattern_scan").id};
  const auto problem = [&](const char* text, const evidence_ids& cited) {
    fact.text = text;
    fact.evidence = cited;
    const verification outcome = day.verify_anew(day.document);
    const auto found = problem_of(outcome, "incidents[0].contributing_factors[0]");
    return found ? found->document_says : std::string();
  };
  CHECK(has(problem("api-gateway waited", day.search), "names the service api-gateway"));
  CHECK(has(problem("It was all DBConnPoolExhausted", day.search), "names the kind DBConnPoolExhausted"));
  CHECK(has(problem("Only us-east-1 was hit", day.search), "us-east-1"));
  CHECK(has(problem("Users of /api/search saw it", day.search), "names the endpoint /api/search"));
  CHECK(has(problem("It came with v4.2-rc", day.search), "v4.2-rc"));
  CHECK(problem("db-proxy logged DBConnPoolExhausted", scan).empty());
  CHECK(problem("Users waited", day.search).empty());
}
