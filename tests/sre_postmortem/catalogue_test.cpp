#include <oncall/mitigation/catalogue.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <doctest/doctest.h>
#include <boost/describe/enumerators.hpp>
#include <boost/json/value.hpp>
#include <boost/mp11/algorithm.hpp>

#include <stook/core/codec.hpp>
#include <stook/core/error.hpp>

using namespace stook::sre;

namespace {

std::string entry(std::string_view change_from = "", std::string_view change_to = "") {
  std::string text =
      R"({"entries": [{"id": "a-1", "title": "Do {service}", "type": "prevent", "owner": "service",
    "eta_days": 7, "priority": "P1", "risk": "reversible", "approval": "on_call", "causes": ["lock_contention"],
    "do": "Undo {change}", "expect": "e", "if_not": "n", "rollback": "r", "verification": "v"}]})";
  const auto at = text.find(change_from);
  REQUIRE(at != std::string::npos);
  if (!change_from.empty()) text.replace(at, change_from.size(), change_to);
  return text;
}

}  // namespace

TEST_CASE("the default catalogue has two preventions, detections and mitigations for each mechanism") {
  using all = boost::describe::describe_enumerators<failure_mechanism>;
  boost::mp11::mp_for_each<all>([](auto mechanism) {
    const auto proposed = propose(default_catalogue(), {.cause = mechanism.value});
    for (action_type type : {action_type::prevent, action_type::detect, action_type::mitigate}) {
      const auto n =
          std::count_if(proposed.begin(), proposed.end(), [&](const auto& m) { return m.type == type; });
      CHECK_MESSAGE(n >= 2, mechanism.name);
    }
  });
}

TEST_CASE("only what names the mechanism is proposed") {
  for (const mitigation& m : propose(default_catalogue(), {.cause = failure_mechanism::cache_miss_storm})) {
    CHECK(std::count(m.causes.begin(), m.causes.end(), failure_mechanism::cache_miss_storm) == 1);
  }
}

TEST_CASE("after a change its rollback comes first, and names it") {
  const auto proposed = propose(default_catalogue(), {.cause = failure_mechanism::connection_pool_exhaustion,
                                                      .service = "db-proxy",
                                                      .trigger = trigger_kind::config,
                                                      .change = "CHG-4411 {service}"});
  CHECK(proposed.front().id == "roll-back-change");
  CHECK(proposed.front().do_ == "Roll back CHG-4411 {service}");
  const auto without = propose(default_catalogue(), {.cause = failure_mechanism::connection_pool_exhaustion});
  CHECK(
      std::none_of(without.begin(), without.end(), [](const auto& m) { return m.id == "roll-back-change"; }));
}

TEST_CASE("owners come from the service catalogue, else nobody is named") {
  const catalogue one = parse_catalogue(entry());
  const mitigation_request request{.cause = failure_mechanism::lock_contention, .service = "db"};
  CHECK(propose(one, request).front().owner == "UNASSIGNED");
  CHECK(propose(one, request, {{{"db", "team-data"}}}).front().owner == "team-data");
  CHECK(propose(one, request, {{{"db-proxy", "team-data"}}}).front().owner == "UNASSIGNED");
  CHECK(propose(one, request).front().title == "Do db");
}

TEST_CASE("an entry for some services is for those alone") {
  const catalogue one = parse_catalogue(entry(R"("do":)", R"("services": ["db"], "do":)"));
  CHECK(propose(one, {.cause = failure_mechanism::lock_contention, .service = "db"}).size() == 1);
  CHECK(propose(one, {.cause = failure_mechanism::lock_contention, .service = "db-proxy"}).empty());
}

TEST_CASE("what is no catalogue is refused with its place") {
  const auto refused = [](const std::string& text, const char* why) {
    CHECK_THROWS_WITH_AS(parse_catalogue(text), doctest::Contains(why), stook::error);
  };
  refused("[]", "not a catalogue");
  refused(entry("\"lock_contention\"", "\"lock\""), "entries[0].causes[0]");
  refused(entry("\"eta_days\": 7", "\"eta_days\": 999"), "entries[0].eta_days");
  refused(entry("\"verification\": \"v\"", "\"extra\": 1, \"verification\": \"v\""), "extra");
  refused(entry("\"approval\": \"on_call\"", "\"approval\": \"none\""), "it changes something");
  refused(entry("\"reversible\"", "\"destructive\""), "incident_commander");
  const std::string whole = entry();
  const std::string item = whole.substr(13, whole.size() - 15);
  refused("{\"entries\": [" + item + "," + item + "]}", "another entry of this id");
}

TEST_CASE("files are named in errors") {
  CHECK_THROWS_WITH_AS(load_catalogue("/no/such/catalogue.json"),
                       doctest::Contains("/no/such/catalogue.json"), stook::error);
  const auto file = std::filesystem::temp_directory_path() / "stook_owners_test.json";
  std::ofstream(file) << R"({"teams": {"payments": "team-pay"}})";
  CHECK(owner_of(load_owners(file), "payments") == "team-pay");
  std::ofstream(file) << "{";
  CHECK_THROWS_WITH_AS(load_owners(file), doctest::Contains("stook_owners_test.json"), stook::error);
  std::filesystem::remove(file);
}
