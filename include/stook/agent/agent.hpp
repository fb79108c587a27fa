#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <stook/agent/answer.hpp>
#include <stook/agent/approval.hpp>
#include <stook/agent/contract.hpp>
#include <stook/agent/events.hpp>
#include <stook/agent/hooks.hpp>
#include <stook/agent/limits.hpp>
#include <stook/chat/model.hpp>
#include <stook/core/blocking_pool.hpp>
#include <stook/core/clock.hpp>
#include <stook/core/schema.hpp>
#include <stook/tool/toolset.hpp>

namespace stook {

/// How an agent is made. `name`, `model` and, for most, `instructions` are all that is needed.
struct agent_options {
  std::string name{};
  std::string instructions{};  ///< the system message
  std::shared_ptr<chat_model> model{};
  toolset tools{};
  /// The run ends when one of these succeeded and none of them failed in the same turn.
  std::vector<std::string> exit_tools{};
  std::vector<state_key> state{};
  run_limits limits{};
  completion_contract contract{};
  hook_points hooks{};
  int parallel_tools = 4;  ///< calls of one turn that wait at the same time
  std::optional<double> temperature{};
  std::optional<int> max_output_tokens{};
  /// Threads for blocking tools; by default a pool of `parallel_tools` that begins with the first such call.
  std::shared_ptr<blocking_pool> pool{};
};

/// What one run is given beside its task.
struct run_options {
  /// An earlier conversation to go on with, without the system message.
  std::vector<message> history{};
  /// First values of state keys. An undeclared key or another type is an `error`.
  std::vector<std::pair<std::string, any_value>> state{};
  /// Must outlive the run.
  run_listener* listener = nullptr;
  stook::approver approver{};
  std::stop_token stop{};              ///< cancels the run, from any thread
  std::optional<run_limits> limits{};  ///< instead of the agent's own
  std::shared_ptr<stook::clock> clock{};
  std::optional<std::uint64_t> seed{};  ///< of the identifiers; the same seed, the same bytes
};

/// How an agent serves as a tool of another.
struct agent_tool_options {
  stook::effect effect = effect::once;
  /// State keys whose values the child begins with, from keys of the same name and type in the parent.
  std::vector<std::string> give_state{};
  /// State keys that the parent's state is updated with when the child ends. A key that was also given
  /// replaces the parent's value, others merge as the parent declares.
  std::vector<std::string> take_state{};
  bool needs_approval = false;
  /// Longest a run of the child may take; 0 for no limit of its own. When time is up it ends as `partial`,
  /// and the parent reads what it has found.
  std::chrono::milliseconds timeout{0};
};

namespace detail {
struct agent_core;
struct structured_answer {
  const type_desc* type = nullptr;
};
tool make_agent_tool(std::shared_ptr<const agent_core> core, std::string name, std::string description,
                     agent_tool_options options, const type_desc& task, const type_desc* result);
}  // namespace detail

/// A chat model that works with tools until its task is done.
///
///     stook::agent profiler{{.name = "profiler", .instructions = "Find what broke and prove it.",
///                            .model = model, .tools = {sql}}};
///     stook::answer a = profiler.run("Checkout is slow since 14:00.");
///
/// A cheap, immutable copy; any number of runs at once, from any threads. A wrong configuration is an `error`
/// at construction. A run never throws for what model, tools or limits do: it returns an answer with a
/// status.
class agent {
 public:
  explicit agent(agent_options options);

  const std::string& name() const;
  const toolset& tools() const;

  /// Runs to the end on this thread. Throws `error` for unknown or wrongly typed run inputs.
  answer run(std::string task, run_options options = {}) const;
  /// The same inside an Asio program: cancelling the coroutine ends the run as `partial`. Options are taken
  /// by lvalue because GCC 12 destroys a braced temporary twice in an expression that awaits; they and the
  /// agent are copied.
  task<answer> async_run(std::string task, run_options& options) const;
  task<answer> async_run(std::string task, run_options&& options) const = delete;
  stook::task<answer> async_run(std::string task) const;

  /// Runs until the answer is a T, which `answer::as<T>` then returns. The model is given T's schema, and is
  /// told what is wrong with an answer that does not hold it.
  template <describable T>
  answer run_as(std::string task, run_options options = {}) const {
    return run_structured(std::move(task), std::move(options), detail::type_of<T>());
  }

  /// Goes on with a run that paused for approval. A call without a decision keeps it paused; a decision whose
  /// hash fits no pending call is an `error`. The same answer may be resumed more than once: each is a run of
  /// its own.
  answer resume(const answer& paused, std::vector<approval_decision> decisions,
                run_options options = {}) const;
  task<answer> async_resume(const answer& paused, std::vector<approval_decision> decisions,
                            run_options& options) const;

  /// This agent as a tool of another: a task in, the answer's text out, a fresh conversation each time, what
  /// it spends counted in the caller's limits.
  tool as_tool(std::string name, std::string description, agent_tool_options options = {}) const;
  /// The same with a described task (given to the child as JSON) and a described result.
  template <describable Task, describable Result>
  tool as_tool(std::string name, std::string description, agent_tool_options options = {}) const {
    return detail::make_agent_tool(core_, std::move(name), std::move(description), std::move(options),
                                   detail::type_of<Task>(), &detail::type_of<Result>());
  }

 private:
  answer run_structured(std::string task, run_options options, const detail::type_desc& type) const;

  std::shared_ptr<const detail::agent_core> core_;
};

}  // namespace stook
