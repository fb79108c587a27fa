#include <stook/agent/agent.hpp>

#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <stook/core/json.hpp>

#include "agent/agent_core.hpp"
#include "agent/agent_tool.hpp"
#include "agent/drivers.hpp"
#include "agent/run_machine.hpp"

namespace stook {
namespace detail {
namespace {

[[noreturn]] void refuse(const agent_options& o, std::string what) {
  throw error("bad_agent", fmt::format("agent \"{}\": {}", o.name, what));
}

void check_state_bindings(const agent_options& o) {
  const state keys(o.state);
  for (const tool& t : o.tools) {
    for (const tool_core::input& in : t.core().inputs) {
      if (!keys.contains(in.key))
        refuse(o, fmt::format("tool \"{}\" reads the undeclared state key \"{}\"", t.name(), in.key));
      const type_desc& field = in.field->type();
      const type_desc& key = keys.type_of(in.key);
      if (&field != &key && !(field.kind == type_kind::optional && &field.element() == &key)) {
        refuse(o, fmt::format("tool \"{}\": the state key \"{}\" has another type than the field \"{}\"",
                              t.name(), in.key, in.field->name));
      }
    }
    for (const tool_core::output& out : t.core().outputs) {
      if (!keys.contains(out.key)) {
        refuse(o, fmt::format("tool \"{}\" writes the undeclared state key \"{}\"", t.name(), out.key));
      }
      const type_desc& key = keys.type_of(out.key);
      if (out.type != &key && !(out.type->kind == type_kind::optional && &out.type->element() == &key)) {
        refuse(o, fmt::format("tool \"{}\": the state key \"{}\" has another type than its result", t.name(),
                              out.key));
      }
    }
    for (const auto& uses : {t.core().body->reads(), t.core().body->writes()}) {
      for (const state_use& use : uses) {
        if (!keys.contains(use.key) || &keys.type_of(use.key) != use.type) {
          refuse(o,
                 fmt::format("the agent that is its tool \"{}\" shares the state key \"{}\": declare it here "
                             "with the same type",
                             t.name(), use.key));
        }
      }
    }
  }
}

void check_limits(const agent_options& o, const run_limits& l) {
  if (l.steps < 0 || l.tool_calls < 0 || l.tokens < 0 || !(l.cost_usd >= 0) || l.wall.count() < 0 ||
      l.calls_per_turn < 0 || l.same_call < 0 || l.mistakes < 0 || l.mistakes_in_a_row < 0 ||
      l.empty_replies < 0) {
    refuse(o, "a limit is negative; 0 stands for none");
  }
}

void check_options(const agent_options& o) {
  if (!o.model) refuse(o, "it has no model");
  if (o.parallel_tools < 1) refuse(o, "parallel_tools must be at least 1");
  check_limits(o, o.limits);
  if (o.contract.reminders < 0) refuse(o, "its contract has a negative number of reminders");
  for (const auto* names : {&o.exit_tools, &o.contract.tools_succeeded}) {
    for (const std::string& name : *names) {
      if (!o.tools.find(name)) refuse(o, fmt::format("no tool is named \"{}\"", name));
    }
  }
  check_state_bindings(o);
  const state keys(o.state);
  for (const std::string& key : o.contract.state_keys) {
    if (!keys.contains(key))
      refuse(o, fmt::format("its contract names the undeclared state key \"{}\"", key));
  }
}

task<answer> async_run_to_end(std::shared_ptr<const agent_core> core, std::string task, run_options options,
                              const type_desc* type) {
  run_machine run(std::move(core), std::move(task), std::move(options), nullptr, type);
  auto pending = async_drive(run);
  co_await std::move(pending);
  co_return run.finish();
}

task<answer> async_resume_to_end(std::shared_ptr<const paused_run> from,
                                 std::vector<approval_decision> decisions, run_options options) {
  run_machine run(*from, std::move(decisions), std::move(options), nullptr);
  auto pending = async_drive(run);
  co_await std::move(pending);
  co_return run.finish();
}

void check_resume(const agent_core& core, const answer& paused,
                  const std::vector<approval_decision>& decisions) {
  if (!paused.paused || paused.paused->core.get() != &core) {
    throw error("not_paused", "this answer is not of a paused run of this agent");
  }
  for (const approval_decision& d : decisions) {
    const auto fits = [&](const approval_request& r) { return r.hash == d.hash; };
    if (std::none_of(paused.pending.begin(), paused.pending.end(), fits)) {
      throw error("unknown_approval", fmt::format("no pending call has the hash {}", d.hash));
    }
  }
}

}  // namespace

std::shared_ptr<const agent_core> make_agent_core(agent_options options) {
  check_options(options);
  auto core = std::make_shared<agent_core>();
  core->options = std::move(options);
  if (!core->options.instructions.empty()) core->opening = {message::system(core->options.instructions)};
  const auto waits = [](const tool& t) { return t.core().kind == body_kind::coroutine || t.core().on_pool; };
  core->immediate = core->options.model->is_immediate() &&
                    std::none_of(core->options.tools.begin(), core->options.tools.end(), waits);
  return core;
}

// State is checked where it is set, and a history where it is sent.
void check_run(const agent_core& core, const run_options& options) {
  if (options.limits) check_limits(core.options, *options.limits);
}

void read_answer(std::string_view text, void* into, const type_desc& type) {
  decode_report report;
  decode(parse_json(text), into, type, {}, report);
  if (!report.ok()) throw_problems(report, type.name);
}

answer run_to_end(const agent_core& core, run_machine& run) {
  if (core.immediate) return drive(run);
  boost::asio::io_context io(1);
  std::exception_ptr thrown;
  boost::asio::co_spawn(io, async_drive(run), [&](std::exception_ptr e) { thrown = std::move(e); });
  io.run();
  if (thrown) std::rethrow_exception(thrown);
  return run.finish();
}

}  // namespace detail

agent::agent(agent_options options) : core_(detail::make_agent_core(std::move(options))) {}

const std::string& agent::name() const { return core_->options.name; }
const toolset& agent::tools() const { return core_->options.tools; }

answer agent::run(std::string task, run_options options) const {
  detail::check_run(*core_, options);
  detail::run_machine run(core_, std::move(task), std::move(options), nullptr, nullptr);
  return detail::run_to_end(*core_, run);
}

answer agent::run_structured(std::string task, run_options options, const detail::type_desc& type) const {
  detail::check_run(*core_, options);
  detail::run_machine run(core_, std::move(task), std::move(options), nullptr, &type);
  return detail::run_to_end(*core_, run);
}

task<answer> agent::async_run(std::string task, run_options& options) const {
  detail::check_run(*core_, options);
  return detail::async_run_to_end(core_, std::move(task), options, nullptr);
}

stook::task<answer> agent::async_run(std::string task) const {
  return detail::async_run_to_end(core_, std::move(task), {}, nullptr);
}

answer agent::resume(const answer& paused, std::vector<approval_decision> decisions,
                     run_options options) const {
  detail::check_run(*core_, options);
  detail::check_resume(*core_, paused, decisions);
  detail::run_machine run(*paused.paused, std::move(decisions), std::move(options), nullptr);
  return detail::run_to_end(*core_, run);
}

task<answer> agent::async_resume(const answer& paused, std::vector<approval_decision> decisions,
                                 run_options& options) const {
  detail::check_run(*core_, options);
  detail::check_resume(*core_, paused, decisions);
  return detail::async_resume_to_end(paused.paused, std::move(decisions), options);
}

tool agent::as_tool(std::string name, std::string description, agent_tool_options options) const {
  return detail::make_agent_tool(core_, std::move(name), std::move(description), std::move(options),
                                 detail::type_of<detail::plain_task>(), nullptr);
}

std::string_view to_string(run_status s) {
  switch (s) {
    case run_status::done:
      return "done";
    case run_status::partial:
      return "partial";
    case run_status::paused:
      return "paused";
    case run_status::failed:
      return "failed";
  }
  return "failed";
}

}  // namespace stook
