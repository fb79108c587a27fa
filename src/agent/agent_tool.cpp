// An agent as a tool of another agent.

#include "agent/agent_tool.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <boost/asio/awaitable.hpp>

#include "agent/drivers.hpp"
#include "agent/run_machine.hpp"

namespace stook::detail {
namespace {

class agent_body final : public tool_body {
 public:
  agent_body(std::shared_ptr<const agent_core> core, agent_tool_options options, const type_desc& task,
             const type_desc* result)
      : core_(std::move(core)), options_(std::move(options)), task_(&task), result_(result) {
    const state own(core_->options.state);
    for (const std::string& key : options_.give_state) reads_.push_back({key, &own.type_of(key)});
    for (const std::string& key : options_.take_state) writes_.push_back({key, &own.type_of(key)});
  }

  void call(invocation& inv) const override {
    if (const auto child = begin(inv)) end(inv, *child, drive(*child));
  }

  task<void> async_call(invocation& inv) const override {
    const std::unique_ptr<run_machine> child = begin(inv);
    if (!child) co_return;
    auto pending = async_drive(*child);
    co_await std::move(pending);
    end(inv, *child, child->finish());
  }

  std::span<const state_use> reads() const override { return reads_; }
  std::span<const state_use> writes() const override { return writes_; }

 private:
  // The child's run, or null after a failure.
  std::unique_ptr<run_machine> begin(invocation& inv) const {
    auto& call = static_cast<tool_invocation&>(inv);
    const auto* from = dynamic_cast<call_context*>(call.contexts());
    if (!from) {
      inv.fail({"no_run", "an agent as a tool is called by another agent's run only"});
      return nullptr;
    }
    run_machine& parent = from->run();
    run_options options;
    options.listener = parent.options().listener;
    options.stop = parent.stop();
    if (options_.timeout.count() > 0) {
      run_limits& limits = options.limits.emplace(core_->options.limits);
      if (limits.wall.count() <= 0 || limits.wall > options_.timeout) limits.wall = options_.timeout;
    }
    if (from->slot().resume) {
      const auto& paused = *static_cast<const paused_run*>(from->slot().resume.get());
      return std::make_unique<run_machine>(paused, parent.decisions(), std::move(options), &parent);
    }
    const std::shared_ptr<void> arguments = task_->make();
    if (!inv.read_arguments(arguments.get(), *task_)) return nullptr;
    for (const std::string& key : options_.give_state) {
      const any_value& given = parent.blackboard().value(key);
      if (given.has_value()) options.state.emplace_back(key, given);
    }
    return std::make_unique<run_machine>(core_, task_text(arguments.get()), std::move(options), &parent,
                                         result_);
  }

  std::string task_text(const void* arguments) const {
    if (task_ == &type_of<plain_task>()) return static_cast<const plain_task*>(arguments)->task;
    std::string text;
    encode(text, arguments, *task_);
    return text;
  }

  void end(invocation& inv, run_machine& child, answer a) const {
    auto& call = static_cast<tool_invocation&>(inv);
    run_machine& parent = dynamic_cast<call_context*>(call.contexts())->run();
    call.result.spent = child.used_since_start();
    if (a.status == run_status::paused) {
      for (approval_request& r : child.pending()) parent.pending().push_back(std::move(r));
      call.result.paused = std::move(a.paused);
      return;
    }
    for (const std::string& key : options_.take_state) {
      const any_value& taken = a.state.value(key);
      if (!taken.has_value()) continue;
      // a child that began with the caller's value returns that value with its own additions
      const auto& given = options_.give_state;
      const bool replaces = std::find(given.begin(), given.end(), key) != given.end();
      call.result.updates.push_back({key, taken, replaces});
    }
    if (a.status == run_status::failed || (a.status == run_status::partial && a.text.empty())) {
      inv.fail({"agent_failed", fmt::format("{}: {}", a.reason, a.error ? a.error->message : "no answer"),
                "try again with a narrower task, or go on without", true});
      return;
    }
    std::string text = std::move(a.text);
    if (a.status == run_status::partial) text += fmt::format("\n[note: unfinished: {}]", a.error->message);
    inv.succeed_with_text(std::move(text), {});
  }

  std::shared_ptr<const agent_core> core_;
  agent_tool_options options_;
  const type_desc* task_;
  const type_desc* result_;
  std::vector<state_use> reads_;
  std::vector<state_use> writes_;
};

}  // namespace

tool make_agent_tool(std::shared_ptr<const agent_core> core, std::string name, std::string description,
                     agent_tool_options options, const type_desc& task, const type_desc* result) {
  const state own(core->options.state);
  for (const auto* keys : {&options.give_state, &options.take_state}) {
    for (const std::string& key : *keys) {
      if (!own.contains(key)) {
        throw error("bad_agent", fmt::format("agent \"{}\" as a tool: it has no state key \"{}\"",
                                             core->options.name, key));
      }
    }
  }
  const function_desc function{.arguments = &task,
                               .result = &type_of<std::string>(),
                               .kind = core->immediate ? body_kind::plain : body_kind::coroutine};
  if (options.timeout.count() < 0) {
    throw error("bad_agent",
                fmt::format("agent \"{}\" as a tool: its timeout is negative", core->options.name));
  }
  tool_options as_tool{.effect = options.effect, .needs_approval = options.needs_approval};
  auto body = std::make_unique<agent_body>(std::move(core), std::move(options), task, result);
  return tool(std::move(name), std::move(description), std::move(as_tool), function, std::move(body));
}

}  // namespace stook::detail
