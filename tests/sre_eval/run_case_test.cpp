#include <oncall/eval/run_case.hpp>

#include <filesystem>

#include <doctest/doctest.h>

#include <stook/models/rule_model.hpp>

#include "support/sanitized.hpp"

using namespace stook;
using namespace stook::sre;
using namespace stook::sre::eval;

TEST_CASE("the rules solve an easy case, and see nothing on its quiet twin") {
  const scenario& kind = *find_scenario("bad_deploy");
  const case_result fault = run_case({.kind = &kind, .seed = 5});
  CHECK(fault.failed.empty());
  CHECK(fault.scored.points > 90);
  CHECK(fault.took_ms > 0);
  CHECK(fault.tokens == 0);
  const case_result quiet = run_case({.kind = &kind, .seed = 5, .quiet = true});
  CHECK(quiet.quiet);
  CHECK(quiet.scored.points == 100);
}

TEST_CASE("what is written about each kind of day verifies, names in its sentences included") {
  for (std::size_t i = 0; i < scenarios().size(); i += sanitized ? 4 : 1) {
    const scenario& kind = scenarios()[i];
    CAPTURE(kind.name);
    CHECK(run_case({.kind = &kind, .seed = 3}).scored.verification == 1);
  }
}

TEST_CASE("a model that gives up has no points for what it did not find out") {
  const auto lazy = std::make_shared<rule_model>(
      "lazy", std::vector<rule>{{"give up", [](const conversation_view&) { return true; },
                                 [](const conversation_view&) { return message::assistant("no idea"); }}});
  const case_result out = run_case({.kind = find_scenario("bad_deploy"), .seed = 5, .model = lazy});
  CHECK_FALSE(out.failed.empty());
  CHECK(out.scored.points == 0);
}

TEST_CASE("what is kept can be looked at") {
  namespace fs = std::filesystem;
  const fs::path where = fs::temp_directory_path() / "stook-eval-kept";
  fs::remove_all(where);
  run_case({.kind = find_scenario("harmless_surge"), .seed = 1, .quiet = true, .keep = where});
  for (const char* name :
       {"metrics.csv", "logs.csv", "events.csv", "topology.csv", "truth.json", "postmortem.json"})
    CHECK(fs::file_size(where / "harmless_surge-1-quiet" / name) > 0);
  fs::remove_all(where);
}
