#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <pipeline/node_set.hpp>
#include <pipeline/plan.hpp>

#include <stook/pipeline/socket_values.hpp>

namespace stook::detail {

/// Who delivered: an edge, or the run itself.
using sender = std::int32_t;
inline constexpr sender from_user = -1;

/// What waits at one input. An input that collects has it in its `collection` instead.
struct slot {
  any_value only{};  // empty although full: its sender ran and gave no value
  sender from = from_user;
  stook::joining joining = stook::joining::none;
  bool full = false;

  bool real() const { return full && only.has_value(); }
};

/// What waits at an input that collects, in the order in which it came.
struct collection {
  std::vector<any_value> values{};
  std::vector<sender> from{};     // one a delivery; `without_value` where there is none
  std::uint32_t senders_ran = 0;  // how many of the senders have delivered
  std::uint32_t fed = 0;          // values from components
  std::uint32_t given = 0;        // deliveries from the run itself

  static bool has_value(sender s) { return s >= from_user; }
  static sender without_value(sender s) { return 2 * from_user - 1 - s; }
  static sender whose(sender s) { return has_value(s) ? s : without_value(s); }
};

struct node_state {
  std::uint32_t visits = 0;
  bool included = false;  // its outputs are in the result, consumed ones too
  bool deferred = false;
  std::chrono::nanoseconds took{0};
};

/// One visit of a component, from the moment its inputs are taken until its results are delivered. The values
/// stay in their slots meanwhile, where nobody delivers before it is over.
struct step {
  std::uint32_t node = 0;
  std::uint32_t visit = 0;
  frame io{};
  bool finished = false;
  std::exception_ptr failure{};
  std::chrono::nanoseconds took{0};

  std::span<std::span<const any_value>> places{};  // for the inputs and results of any node
  std::span<any_value> room{};
  std::vector<any_value> joined{};  // lists that were made of several
  step* behind = nullptr;           // the next younger one, or the next spare one
};

enum class turn : unsigned char { step, wait, paused, done };

/// The scheduler: what runs next is a function of the plan and of what waits in the slots. It performs no
/// input or output; a driver asks for steps, runs them, and hands them back.
///
/// The rules are Haystack's. A fill of the queue holds every node that must run next, HIGHEST before READY
/// and alphabetical within; what is queued runs without being looked at again. So the nodes of one fill may
/// run at the same time as long as they take their inputs and deliver their results in queue order, and as
/// long as a node waits for those before it that feed it: every node then sees what it would have seen in
/// sequence.
class engine {
 public:
  explicit engine(std::shared_ptr<const plan> p);
  engine(const engine&) = delete;
  ~engine();

  void give(std::uint32_t input, any_value value);
  void include_outputs_of(std::uint32_t node) { nodes_[node].included = true; }
  void pause_before(const std::optional<component_visit>& where);

  /// The next step, its inputs taken; or why there is none. Throws `error` with code max_runs or
  /// pipeline_blocked, only when no step is out.
  turn next(step*& out);
  /// Delivers the results of the oldest step if it is finished. Throws what the step failed with, after
  /// taking back all steps that are out.
  bool deliver();
  /// Forgets the steps that are out: their inputs wait as before.
  void take_back();

  const plan& layout() const { return *plan_; }
  const std::shared_ptr<const plan>& shared_layout() const { return plan_; }
  std::size_t steps_out() const { return steps_out_; }
  /// The oldest of the steps that are out; the others are behind it.
  const step* oldest() const { return oldest_; }
  /// Name of the component whose step `deliver` threw for; empty if it did not.
  const std::string& failed_component() const { return failed_; }
  bool holds(std::uint32_t input) const;
  /// The step whose results were delivered last; until the next one is taken. Whoever reads its results says
  /// so before with `read_results`.
  const step& last() const { return *last_; }
  void read_results() { read_later_ = true; }

  std::uint32_t visits(std::uint32_t node) const { return nodes_[node].visits; }
  std::chrono::nanoseconds took(std::uint32_t node) const { return nodes_[node].took; }
  std::span<const any_value> outputs() const { return outputs_; }
  bool gave_anything() const { return gave_anything_; }
  /// Why nodes that received something cannot run: one line a socket.
  std::vector<std::string> waiting() const;

 private:
  friend class snapshot_writer;
  friend class snapshot_reader;

  enum class priority : unsigned char { highest, ready, deferred, blocked };

  collection& collected(std::uint32_t input) { return collections_[plan_->inputs[input].collected]; }
  const collection& collected(std::uint32_t input) const {
    return collections_[plan_->inputs[input].collected];
  }
  bool join(std::uint32_t input);
  priority priority_of(std::uint32_t node) const;
  bool fill();
  std::uint32_t pick_deferred() const;
  bool fed_by_steps_out(std::uint32_t node) const;
  step& spare_step();
  step& take_inputs(std::uint32_t node);
  std::span<const any_value> values_at(std::uint32_t input, step& s);
  void use_up(std::uint32_t node);
  void use_up(collection& c);
  void put_away_oldest();
  void deliver(step& s);
  void deliver_converted(step& s);
  bool needs_conversion(const plan::edge& edge, const any_value& value) const;
  void arrive(sender from, std::uint32_t input, any_value&& value);
  void collect(sender from, std::uint32_t input, any_value&& value);
  void mark_deferred(std::uint32_t node, bool deferred);
  bool keeps_outputs(std::uint32_t node) const { return plan_->nodes[node].open || nodes_[node].included; }
  void keep_outputs(step& s);
  void check_runs(std::uint32_t node) const;

  std::shared_ptr<const plan> plan_;
  std::unique_ptr<std::byte[]> memory_;  // of all that follows
  std::span<slot> slots_;
  std::span<any_value> outputs_;
  std::span<collection> collections_;
  std::span<node_state> nodes_;
  std::span<std::uint32_t> queue_;
  std::span<std::uint32_t> ready_;
  std::span<unsigned char> edge_ran_;  // bools; into inputs that collect: delivered since last taken
  node_set changed_;                   // nodes whose priority must be computed anew
  node_set deferred_;                  // by name
  node_set deferred_order_;            // the same, by topological index
  std::size_t queue_at_ = 0;
  std::size_t queue_end_ = 0;
  bool started_ = false;
  bool gave_anything_ = false;
  bool read_later_ = false;
  std::string failed_;
  std::optional<std::pair<std::uint32_t, std::uint32_t>> pause_;

  struct further_step;
  step first_;
  std::vector<std::unique_ptr<further_step>> further_;
  step* spare_ = nullptr;
  step* oldest_ = nullptr;
  step* youngest_ = nullptr;
  std::size_t steps_out_ = 0;
  const step* last_ = nullptr;  // among the spare ones
};

}  // namespace stook::detail
