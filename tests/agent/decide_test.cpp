#include <stook/agent/decide.hpp>

#include <doctest/doctest.h>

using stook::decide;
using stook::decision;
using stook::latest;
using stook::run_facts;
using stook::run_status;
using act = stook::decision::act;

namespace {
const stook::run_limits limits;
decision of(run_facts f) { return decide(limits, f); }
}  // namespace

TEST_CASE("without anything said the model is asked") {
  CHECK(of({}).next == act::call_model);
  CHECK(of({.latest = latest::results, .steps = 1}).next == act::call_model);
  CHECK(of({.latest = latest::calls}).next == act::call_tools);
}

TEST_CASE("a text ends the run, an exit tool by its name") {
  const decision text = of({.latest = latest::text});
  CHECK(text.next == act::finish);
  CHECK(text.status == run_status::done);
  CHECK(text.reason == "text");
  CHECK(text.is_exit);
  CHECK(of({.latest = latest::results, .exit_tool = "save"}).reason == "save");
}

TEST_CASE("a text that lacks something is answered, a bounded number of times") {
  CHECK(of({.latest = latest::text, .reminders = 1, .contract_unmet = true}).next == act::remind);
  const decision end = of({.latest = latest::text, .reminders = 2, .contract_unmet = true});
  CHECK(end.status == run_status::partial);
  CHECK(end.reason == "contract.unmet");
  CHECK(of({.latest = latest::text, .reminders = 2, .schema_unmet = true}).reason == "answer.schema");
  CHECK(of({.latest = latest::text, .contract_unmet = true, .over_limit = "budget.steps"}).status ==
        run_status::partial);
}

TEST_CASE("cancellation wins over everything, a pause over what was said") {
  CHECK(of({.latest = latest::text, .cancelled = true, .paused_for = "approval"}).reason == "cancelled");
  CHECK(of({.latest = latest::calls, .paused_for = "approval"}).status == run_status::paused);
}

TEST_CASE("near a limit the last words are asked for, once something was said") {
  CHECK(of({.near_limit = true, .near_code = "budget.steps"}).next == act::call_model);
  CHECK(of({.latest = latest::results, .steps = 3, .near_limit = true}).next == act::ask_final_answer);
  const run_facts asked{
      .latest = latest::text, .steps = 4, .asked_for_final = true, .near_code = "budget.steps"};
  CHECK(of(asked).status == run_status::partial);
  CHECK(of(asked).reason == "budget.steps");
  CHECK(of({.latest = latest::results, .over_limit = "budget.tokens"}).reason == "budget.tokens");
}

TEST_CASE("the limit wins over a hook's stop, and a natural end over both") {
  CHECK(of({.over_limit = "budget.steps", .stopped_by = "mine"}).reason == "budget.steps");
  CHECK(of({.stopped_by = "mine"}).reason == "mine");
  CHECK(of({.latest = latest::text, .stopped_by = "mine"}).status == run_status::done);
}

TEST_CASE("what a model does wrong ends the run when it lasts") {
  CHECK(of({.latest = latest::empty, .empty_replies = 1}).next == act::call_model);
  CHECK(of({.latest = latest::empty, .empty_replies = 2}).reason == "model.empty");
  CHECK(of({.latest = latest::cut}).reason == "model.truncated");
  CHECK(of({.latest = latest::refused}).status == run_status::failed);
  CHECK(of({.latest = latest::results, .mistakes = 2, .mistakes_in_a_row = 2}).next == act::call_model);
  CHECK(of({.latest = latest::results, .mistakes = 3, .mistakes_in_a_row = 3}).reason == "tool.args_invalid");
  CHECK(of({.latest = latest::results, .mistakes = 5}).reason == "tool.args_invalid");
  CHECK(of({.latest = latest::calls, .repeating = true}).reason == "loop.repeat");
  CHECK(of({.latest = latest::calls, .repeating = true, .in_circle = true}).reason == "loop.cycle");
  CHECK(of({.latest = latest::model_failed, .model_error = "model.auth"}).reason == "model.auth");
}
