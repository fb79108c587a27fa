#include <stook/agent/decide.hpp>

namespace stook {
namespace {

using act = decision::act;

decision finish(run_status status, std::string_view reason) { return {act::finish, status, reason, false}; }

// The model, or an exit tool, wants to end the run.
decision end(const run_facts& facts, std::string_view reason) {
  if (facts.contract_unmet || facts.schema_unmet) {
    if (facts.reminders < facts.reminders_allowed && facts.over_limit.empty())
      return {act::remind, {}, {}, false};
    return finish(run_status::partial, facts.schema_unmet ? "answer.schema" : "contract.unmet");
  }
  return {act::finish, run_status::done, reason, true};
}

}  // namespace

decision decide(const run_limits& limits, const run_facts& facts) {
  if (facts.cancelled) return finish(run_status::partial, "cancelled");
  if (!facts.paused_for.empty()) return finish(run_status::paused, facts.paused_for);

  switch (facts.latest) {
    case latest::nothing:
      break;
    case latest::model_failed:
      return finish(run_status::failed, facts.model_error);
    case latest::cut:
      return finish(run_status::partial, "model.truncated");
    case latest::refused:
      return finish(run_status::failed, "model.refused");
    case latest::empty:
      if (facts.empty_replies > limits.empty_replies) return finish(run_status::failed, "model.empty");
      break;
    case latest::text:
      if (facts.asked_for_final) return finish(run_status::partial, facts.near_code);
      return end(facts, "text");
    case latest::calls:
      if (facts.asked_for_final) return finish(run_status::partial, facts.near_code);
      if (facts.repeating) {
        return finish(run_status::partial, facts.in_circle ? "loop.cycle" : "loop.repeat");
      }
      return {act::call_tools, {}, {}, false};
    case latest::results:
      if (!facts.exit_tool.empty()) return end(facts, facts.exit_tool);
      if (facts.mistakes_in_a_row > limits.mistakes_in_a_row || facts.mistakes > limits.mistakes) {
        return finish(run_status::failed, "tool.args_invalid");
      }
      break;
  }

  if (!facts.over_limit.empty()) return finish(run_status::partial, facts.over_limit);
  if (!facts.stopped_by.empty()) return finish(run_status::partial, facts.stopped_by);
  if (facts.near_limit && facts.steps > 0) return {act::ask_final_answer, {}, {}, false};
  return {act::call_model, {}, {}, false};
}

}  // namespace stook
