#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <memory_resource>
#include <optional>
#include <string>
#include <vector>

#include <pipeline/node_set.hpp>
#include <pipeline/plan.hpp>

#include <stook/pipeline/socket_values.hpp>

namespace stook::detail {

/// A value on its way into a socket, or the news that its sender ran and gave none.
struct delivery {
  static constexpr std::int32_t from_user = -1;
  std::int32_t edge = from_user;
  any_value value{};
  bool real() const { return value.has_value(); }
};

/// What waits at one input.
struct slot {
  stook::joining joining = stook::joining::none;
  bool full = false;              // other joinings than lazy ones: `only` holds something
  std::uint32_t senders_ran = 0;  // lazy ones: how many of the senders have delivered
  delivery only{};
  std::vector<delivery> all{};  // lazy ones

  bool collects() const { return joining == joining::lazy || joining == joining::concat; }
};

/// One visit of a component, from the moment its inputs are taken until its results are delivered.
struct step {
  explicit step(std::pmr::memory_resource* memory) : io(memory), used(memory) {}

  std::uint32_t node = 0;
  std::uint32_t visit = 0;
  frame io;
  /// What was taken from the slots, to be put back if the visit fails.
  struct taken {
    std::uint32_t input = 0;
    std::int32_t edge = delivery::from_user;
    std::uint32_t at = nowhere;  // in `io.values`, for a value that is there
    any_value part{};            // a value that is not, because it became part of a joined list
    static constexpr std::uint32_t nowhere = ~std::uint32_t{0};
  };
  std::pmr::vector<taken> used;
  bool finished = false;
  std::exception_ptr failure{};
  std::chrono::nanoseconds took{0};
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

  void give(std::uint32_t input, any_value value);
  void include_outputs_of(std::uint32_t node) { nodes_[node].included = true; }
  void pause_before(std::optional<component_visit> where);

  /// The next step, its inputs taken; or why there is none. Throws `error` with code max_runs or
  /// pipeline_blocked, only when no step is out.
  turn next(step*& out);
  /// Delivers the results of the oldest steps that are finished. Throws what a step failed with, after
  /// putting back the inputs of all steps that are out.
  bool deliver();
  /// Forgets the steps that are out and puts their inputs back.
  void take_back();

  const plan& layout() const { return *plan_; }
  const std::shared_ptr<const plan>& shared_layout() const { return plan_; }
  std::size_t steps_out() const { return out_.size(); }
  /// The steps that are out, oldest first.
  const step& out(std::size_t i) const { return *out_[i]; }
  /// Name of the component whose step `deliver` threw for; empty if it did not.
  const std::string& failed_component() const { return failed_; }
  bool holds(std::uint32_t input) const { return slots_[input].full || !slots_[input].all.empty(); }
  /// The step whose results were delivered last; until the next one is taken. Whoever reads its results says
  /// so before with `read_results`.
  const step& last() const { return *last_; }
  void read_results() { read_later_ = true; }

  std::uint32_t visits(std::uint32_t node) const { return nodes_[node].visits; }
  std::chrono::nanoseconds took(std::uint32_t node) const { return nodes_[node].took; }
  const std::pmr::vector<any_value>& outputs() const { return outputs_; }
  bool gave_anything() const { return gave_anything_; }
  /// Why nodes that received something cannot run: one line a socket.
  std::vector<std::string> waiting() const;

 private:
  friend class snapshot_writer;
  friend class snapshot_reader;

  enum class priority : unsigned char { highest, ready, deferred, blocked };

  priority priority_of(std::uint32_t node) const;
  bool fill();
  std::uint32_t pick_deferred() const;
  bool fed_by_steps_out(std::uint32_t node) const;
  step& take_inputs(std::uint32_t node);
  void take_slot(step& s, std::uint32_t input);
  void deliver(step& s);
  void route(step& s);
  bool needs_conversion(const plan::edge& edge, const any_value& value) const;
  void arrive(std::int32_t edge, any_value value);
  void mark_deferred(std::uint32_t node, bool deferred);
  bool keeps_outputs(std::uint32_t node) const { return plan_->nodes[node].open || nodes_[node].included; }
  void keep_outputs(step& s);
  void check_runs(std::uint32_t node) const;

  struct node_state {
    std::uint32_t visits = 0;
    bool included = false;  // its outputs are in the result, consumed ones too
    bool deferred = false;
    std::chrono::nanoseconds took{0};
  };
  std::shared_ptr<const plan> plan_;
  alignas(std::max_align_t) std::byte first_memory_[3072];  // enough for some ten components
  std::pmr::monotonic_buffer_resource memory_;
  std::pmr::vector<node_state> nodes_;
  std::pmr::vector<slot> slots_;
  std::pmr::vector<any_value> outputs_;
  std::pmr::vector<unsigned char> edge_ran_;  // bools; into lazy slots: delivered since last taken
  node_set changed_;                          // nodes whose priority must be computed anew
  node_set deferred_;                         // by name
  node_set deferred_order_;                   // the same, by topological index
  std::pmr::vector<std::uint32_t> queue_;
  std::pmr::vector<std::uint32_t> ready_;
  std::size_t queue_at_ = 0;
  bool started_ = false;
  bool gave_anything_ = false;
  bool read_later_ = false;
  std::string failed_;
  std::optional<std::pair<std::uint32_t, std::uint32_t>> pause_;

  std::pmr::vector<std::unique_ptr<step>> out_;  // oldest first
  std::pmr::vector<std::unique_ptr<step>> spare_;
  const step* last_ = nullptr;  // among the spare ones
};

}  // namespace stook::detail
