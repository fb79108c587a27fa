// What went wrong in a well-known agent framework's incident tutorial, one test for each way in which it
// hurt; those about its tools are in pitfalls_of_tools_test.cpp.

#include <oncall/team/rules.hpp>

#include <algorithm>
#include <string>

#include <doctest/doctest.h>
#include <boost/json/value.hpp>

#include <oncall/team/team.hpp>
#include <oncall/team/trace_writer.hpp>
#include <oncall/tools/tools.hpp>
#include <stook/chat/history.hpp>

#include "stage.hpp"

using namespace stook;
using namespace stook::sre;
using stook::sre::test::has;
using stook::sre::test::question;
using stook::sre::test::usual_day;

namespace {

using calls = scripted_model;

answer run_with(const std::shared_ptr<test::cast>& cast, const std::shared_ptr<investigation>& about,
                run_limits limits = {}) {
  run_options options = test::fixed();
  options.limits = limits;
  return make_team(about, {.model = cast}).run(question, std::move(options));
}

// A model that changes what the rules say in their last words.
std::shared_ptr<chat_model> rewriting(std::shared_ptr<chat_model> rules,
                                      std::function<std::string(std::string)> change) {
  return std::make_shared<scripted_model>([rules, change](const chat_request& request) {
    generation nobody_listens;
    chat_reply reply = rules->generate(request, nobody_listens);
    if (reply.answer.calls().empty()) reply.answer = message::assistant(change(reply.answer.text()));
    return reply;
  });
}

}  // namespace

TEST_CASE("pitfall 1: a specialist begins a conversation of its own, and every call in it is answered") {
  const auto cast = std::make_shared<test::cast>();
  const answer a = run_with(cast, test::investigate(usual_day()));
  REQUIRE_MESSAGE(a.ok(), (a.error ? a.error->message : a.reason));
  REQUIRE(cast->profiler_began_with.size() == 2);
  CHECK(cast->profiler_began_with[0].from() == role::system);
  CHECK(cast->profiler_began_with[1].from() == role::user);
  CHECK(has(cast->profiler_began_with[1].text(), question));
  CHECK_FALSE(check_history(a.transcript));
  CHECK_FALSE(check_history(cast->profiler_saw));
}

TEST_CASE("pitfall 2: a failed call is answered in a few words, not with the conversation") {
  const auto cast = std::make_shared<test::cast>();
  cast->coordinator = std::make_shared<scripted_model>(std::vector<chat_reply>{
      calls::calls("load_inputs", "{}"), calls::calls("profiler_specialist", R"({"tables":7})"),
      calls::says("done"), calls::says("done"), calls::says("done")});
  const answer a = run_with(cast, test::investigate(usual_day()));
  const auto results = test::tool_messages(a.transcript);
  REQUIRE(results.size() == 2);
  CHECK(results[1].is_error());
  CHECK(has(results[1].text(), "args_schema"));
  CHECK(results[1].text().size() < 600);
  CHECK_FALSE(has(results[1].text(), question));
}

TEST_CASE("pitfall 3: a specialist's parameters are its task and nothing else") {
  const agent team = make_team(test::investigate(usual_day()));
  const tool* profiler = team.tools().find("profiler_specialist");
  REQUIRE(profiler);
  const json& properties = profiler->parameters().at("properties");
  CHECK(properties.as_object().size() == 2);
  CHECK(properties.as_object().contains("goal"));
  CHECK(properties.as_object().contains("tables"));
  const tool* writer = team.tools().find("postmortem_writer_specialist");
  REQUIRE(writer);
  CHECK(writer->parameters().at("properties").as_object().size() == 1);
}

TEST_CASE("pitfall 6: the postmortem's date is the run's clock, not the machine's") {
  const auto about = test::investigate(usual_day());
  REQUIRE(make_team(about).run(question, test::fixed()).ok());
  REQUIRE(about->document);
  CHECK(about->document->provenance.generated_at == manual_clock().now());
}

TEST_CASE("pitfall 7: the window is the whole incident, with its uncertainty") {
  const auto about = test::investigate(usual_day());
  REQUIRE(make_team(about).run(question, test::fixed()).ok());
  REQUIRE(about->windows.size() == 1);
  const detected_window& w = about->windows.front();
  REQUIRE(w.end);
  CHECK(std::chrono::abs((*w.end - w.start) - std::chrono::minutes(144)) <= std::chrono::minutes(4));
  CHECK(w.start_uncertainty_s > 0);
}

TEST_CASE("pitfall 8: a number that no evidence holds is sent back, and left out if the model insists") {
  const auto cast = std::make_shared<test::cast>();
  cast->profiler = rewriting(profiler_rules(), [](std::string text) {
    finding f = from_json<finding>(parse_json(text));
    f.incidents.front().symptoms.push_back({.text = "p95_ms exceeded 98765 ms throughout.",
                                            .evidence = f.incidents.front().symptoms.front().evidence});
    return to_json_text(f);
  });
  const auto about = test::investigate(usual_day());
  const answer a = run_with(cast, about);
  CHECK(std::ranges::any_of(
      cast->profiler_saw, [](const message& m) { return m.from() == role::user && has(m.text(), "98765"); }));
  REQUIRE(about->document);
  CHECK_FALSE(has(to_json_text(about->document->summary), "98765"));
  CHECK(std::ranges::any_of(about->document->data_quality.notes,
                            [](const std::string& note) { return has(note, "left out"); }));
}

TEST_CASE("pitfall 9: a coordinator that skips its specialists is not done") {
  const auto cast = std::make_shared<test::cast>();
  cast->coordinator = std::make_shared<scripted_model>(std::vector<chat_reply>{
      calls::calls("load_inputs", "{}"), calls::says("The database was slow. Everything is documented."),
      calls::says("It is done."), calls::says("Really.")});
  const answer a = run_with(cast, test::investigate(usual_day()));
  CHECK(a.status == run_status::partial);
  CHECK(a.reason == "contract.unmet");
  REQUIRE(a.error);
  CHECK(has(a.error->message, "profiler_specialist"));
  CHECK(has(a.error->message, "postmortem"));
}

TEST_CASE("pitfall 9, once more: an incident without proposed mitigations is not done either") {
  const auto cast = std::make_shared<test::cast>();
  const auto rules = cast->coordinator;
  cast->coordinator = std::make_shared<scripted_model>([rules](const chat_request& request) {
    generation nobody_listens;
    chat_reply reply = rules->generate(request, nobody_listens);
    const auto wanted = reply.answer.calls();
    if (wanted.empty() || wanted.front().name != "propose_mitigations") return reply;
    if (conversation_view(request).successes_of(writer_tool) > 0) return calls::says("That is all.");
    return calls::calls(std::string(writer_tool), R"({"goal":"Write it."})");
  });
  const answer a = run_with(cast, test::investigate(usual_day()));
  CHECK(a.status == run_status::partial);
  REQUIRE(a.error);
  CHECK(has(a.error->message, "propose_mitigations"));
}

TEST_CASE("pitfall 10: what the tools establish stands in the run's state, with its type") {
  const answer a = make_team(test::investigate(usual_day())).run(question, test::fixed());
  REQUIRE(a.ok());
  CHECK(a.state.find<inputs_report>("inputs")->inputs.size() == 4);
  CHECK(a.state.find<detection_report>("detection")->windows.size() == 1);
  CHECK(a.state.find<finding>("finding")->verdict == verdict::incident);
  CHECK_FALSE(a.state.find<mitigation_plan>("mitigations")->incidents.front().actions.empty());
  CHECK(a.state.find<draft_report>("postmortem")->says == verdict::incident);
}

TEST_CASE("pitfall 15: a finding that is no finding is sent back with what is wrong, never replaced") {
  const auto cast = std::make_shared<test::cast>();
  int answers = 0;
  cast->profiler = rewriting(profiler_rules(), [&](std::string text) {
    return ++answers == 1 ? std::string(R"({"verdict":"probably","key_facts":"[]"})") : text;
  });
  const answer a = run_with(cast, test::investigate(usual_day()));
  CHECK_MESSAGE(a.ok(), (a.error ? a.error->message : a.reason));
  CHECK(answers == 2);
  CHECK(std::ranges::any_of(cast->profiler_saw, [](const message& m) {
    return m.from() == role::user && has(m.text(), "verdict") && has(m.text(), "schema");
  }));
}

TEST_CASE("pitfall 16: a run has a budget that its specialists share, and a record") {
  trace_writer trace;
  run_options options = test::fixed();
  options.limits = run_limits{.steps = 3};
  options.listener = &trace;
  const answer a = make_team(test::investigate(usual_day())).run(question, std::move(options));
  CHECK(a.status == run_status::partial);
  CHECK_FALSE(trace.text().empty());
}

TEST_CASE("pitfall 17: a specialist's answer is its typed result and nothing around it") {
  const answer a = make_team(test::investigate(usual_day())).run(question, test::fixed());
  REQUIRE(a.ok());
  for (const message& m : test::tool_messages(a.transcript)) {
    if (m.tool_name() == profiler_tool) CHECK(read_result<finding>(m.text()).incidents.size() == 1);
    if (m.tool_name() == writer_tool) CHECK(read_result<draft_report>(m.text()).says == verdict::incident);
    CHECK_FALSE(has(m.text(), "\"role\""));
  }
}
