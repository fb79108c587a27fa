#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include <stook/agent/agent.hpp>
#include <stook/agent/decide.hpp>
#include <stook/chat/history.hpp>
#include <stook/core/id_source.hpp>

#include "agent/agent_core.hpp"
#include "agent/ledger.hpp"
#include "tool/tool_core.hpp"
#include "tool/tool_invocation.hpp"

namespace stook::detail {

/// Progress of tools on its way to the listener. Outlives the run where an abandoned tool still holds its
/// context.
class progress_port final : public run_context::source {
 public:
  progress_port(run_listener* listener, std::shared_ptr<stook::clock> time)
      : listener_(listener), clock_(std::move(time)) {}

  void describe(std::string run_id, std::string parent_run_id, std::string agent, int depth);
  void close();
  void on_progress(std::string_view call_id, std::string_view text, double fraction) override;
  timestamp now() const override { return clock_->now(); }

 private:
  std::mutex mutex_;
  run_listener* listener_;
  std::shared_ptr<stook::clock> clock_;
  std::string run_id_, parent_run_id_, agent_;
  int depth_ = 0;
};

/// One call of the current turn.
struct call_slot {
  const tool_call* call = nullptr;  // as the transcript has it
  const tool* found = nullptr;      // null if there is no such tool
  std::size_t tool_index = 0;
  bool settled = false;  // has a result
  bool ran = false;      // the tool was entered with arguments that it took
  bool started = false;  // the listener knows of it
  bool merged = false;   // its outputs are in the state
  tool_result result{};
  std::chrono::nanoseconds began{0};
  std::chrono::nanoseconds took{0};
  std::shared_ptr<const void> resume{};  // a sub-agent that paused
};

/// How often a call had the same result, by a hash of its tool and arguments.
struct repeat {
  std::uint32_t result = 0;  // a hash
  int times = 0;
};
using repeat_counts = boost::unordered_flat_map<std::size_t, repeat>;

/// Everything that a later `resume` needs.
struct paused_run {
  std::shared_ptr<const agent_core> core;
  const type_desc* answer_type = nullptr;
  std::vector<message> transcript;
  stook::state state;
  run_facts facts;  // its views into the run are kept beside it
  std::string exit_tool;
  std::string stop_reason;
  std::vector<std::string> missing;
  ledger::amounts spent;
  usage used;
  id_source ids;
  std::string run_id;
  std::string last_text;
  repeat_counts repeats;
  std::vector<int> call_counts;
  std::vector<bool> succeeded;
  std::vector<call_slot> slots;  // settled ones keep their results
  std::vector<approval_request> pending;
};

/// A run without its input and output: says what it wants next, and is told what came of it. The drivers do
/// the rest. Everything that a run is lives here, so that a run on a plain loop and one on coroutines are the
/// same.
class run_machine final : public generation, private hook_context {
 public:
  enum class want : unsigned char { model, tools, nothing };

  run_machine(std::shared_ptr<const agent_core> core, std::string task, run_options options,
              run_machine* parent, const type_desc* answer_type);
  run_machine(const paused_run& from, std::vector<approval_decision> decisions, run_options options,
              run_machine* parent);
  ~run_machine() override;

  /// Decides, runs hooks, and returns what the driver must do.
  want next();

  chat_model& model() const { return *core_->options.model; }
  chat_request request();
  void take_reply(chat_reply&& reply);
  void take_failure(failure why);
  /// Ends the run early: "cancelled", or the code of a limit.
  void interrupt(std::string_view code);

  /// The calls of this turn that run, in batches; each batch may run at once.
  std::vector<std::vector<std::size_t>> batches() const;
  /// The only call of this turn that runs, if it is just one.
  std::optional<std::size_t> single_call() const;
  call_slot& slot(std::size_t i) { return slots_[i]; }
  void begin_call(std::size_t i);
  /// Its slot has the result.
  void end_call(std::size_t i);
  /// After a batch: its outputs join the state, in call order, for the next batch to read.
  void end_batch();
  /// After the last batch: results join the conversation, in call order.
  void end_calls();
  /// Context for a call whose stop the driver owns.
  run_context context_for(const call_slot& s, std::stop_token stop, std::optional<timestamp> deadline);

  answer finish();

  // generation
  void text_delta(std::string_view piece) override;
  bool listens() const override { return options_.listener != nullptr; }
  std::stop_token stop() const override { return options_.stop; }
  std::optional<std::chrono::nanoseconds> time_left() const override { return ledger_.time_left(); }

  const agent_core& core() const { return *core_; }
  const run_options& options() const { return options_; }
  stook::state& blackboard() { return state_; }
  /// Without what was used before a pause.
  usage used_since_start() const;
  ledger& budget() { return ledger_; }
  id_source& ids() { return ids_; }
  const std::string& run_id_text() const { return run_id_; }
  int depth() const { return depth_; }
  blocking_pool& pool() const { return root_->core_->pool(); }
  const std::vector<approval_decision>& decisions() const { return decisions_; }
  std::vector<approval_request>& pending() { return pending_; }
  const std::shared_ptr<stook::clock>& time() const { return clock_; }

 private:
  // hook_context
  stook::state& state() override { return state_; }
  const std::vector<message>& messages() const override { return transcript_; }
  std::vector<message>& edit_messages() override;
  int step() const override { return facts_.steps; }
  std::string_view agent() const override { return core_->options.name; }
  std::string_view run_id() const override { return run_id_; }
  void stop(std::string reason) override {
    stop_reason_ = reason.empty() ? "stopped" : std::move(reason);
    facts_.stopped_by = stop_reason_;
  }
  void keep_going() override { keep_going_ = true; }

  bool broken() const { return facts_.latest == latest::model_failed; }

  void start(std::string task);
  void ask_for_type();
  std::shared_ptr<const paused_run> pause() const;
  void run_hooks(const std::vector<hook>& hooks) {
    if (!hooks.empty()) call_hooks(hooks);
  }
  void call_hooks(const std::vector<hook>& hooks);
  void fail_run(failure why);
  bool ready_for_model();
  void end_step();
  bool ready_for_tools();
  bool ready_to_end(const decision& d);
  void remind();
  void append(message m) { transcript_.push_back(std::move(m)); }
  void emit(event_body what);
  std::chrono::nanoseconds stopwatch() const;

  bool has_valid_calls(const message& reply) const;
  message with_valid_calls(const message& reply);
  void make_slots();
  void settle(call_slot& s, failure why);
  bool settle_approval(call_slot& s, std::size_t index);
  approval_request approval_for(const call_slot& s, std::size_t index) const;
  bool all_repeated(std::span<const tool_call> calls) const;
  bool says_same_calls_again() const;
  void note_result(call_slot& s);
  void merge_into_state(const call_slot& s);
  void update_state(const std::string& key, any_value value, bool replaces);
  void blank_broken_arguments();
  void append_results();
  void answer_open_calls();
  void find_missing(std::string_view text);
  bool answer_has_type(std::string_view text);

  std::shared_ptr<const agent_core> core_;
  run_options options_;
  run_limits limits_;
  std::shared_ptr<stook::clock> clock_;
  run_machine* parent_;
  run_machine* root_;
  int depth_ = 0;
  const type_desc* answer_type_ = nullptr;
  answer_schema answer_schema_{};
  std::string answer_schema_text_;

  id_source ids_;
  std::string run_id_;
  ledger ledger_;
  run_facts facts_;
  std::vector<message> transcript_;
  history_checker checker_;
  stook::state state_;
  usage used_;
  usage used_before_;
  std::vector<call_slot> slots_;
  std::vector<std::string> ambiguous_ids_;  // of the last reply: calls that are refused
  std::vector<int> call_counts_;            // one a tool
  std::vector<bool> succeeded_;             // one a tool
  repeat_counts repeats_;
  int most_repeats_ = 0;

  std::string last_text_;
  std::string exit_tool_;
  std::string stop_reason_;
  std::string model_error_;
  std::vector<std::string> missing_;
  std::optional<failure> failure_;
  bool keep_going_ = false;
  bool finished_ = false;
  bool step_open_ = false;  // the listener heard of its start and not of its end
  std::vector<approval_request> pending_;
  std::vector<approval_decision> decisions_;
  std::shared_ptr<progress_port> progress_;
  std::chrono::nanoseconds asked_at_{0};
};

/// The context of one call, made when its function asks; and the way from an agent that is a tool to the run
/// that calls it.
class call_context final : public context_source {
 public:
  call_context(run_machine& run, const call_slot& slot, std::stop_token stop = {},
               std::optional<timestamp> deadline = {})
      : run_(run), slot_(slot), stop_(std::move(stop)), deadline_(deadline) {}
  run_context make_context() override { return run_.context_for(slot_, stop_, deadline_); }
  run_machine& run() const { return run_; }
  const call_slot& slot() const { return slot_; }

 private:
  run_machine& run_;
  const call_slot& slot_;
  std::stop_token stop_;
  std::optional<timestamp> deadline_;
};

}  // namespace stook::detail
