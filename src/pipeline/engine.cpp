#include <pipeline/engine.hpp>

#include <algorithm>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include <stook/core/error.hpp>

namespace stook::detail {
namespace {

// Hands out arrays from one piece of memory, those of the strictest alignment first.
class carver {
 public:
  explicit carver(std::byte* memory) : at_(memory) {}

  template <typename T>
  std::span<T> take(std::size_t count) {
    T* first = reinterpret_cast<T*>(std::exchange(at_, at_ + count * sizeof(T)));
    std::uninitialized_value_construct_n(first, count);
    return {first, count};
  }

 private:
  std::byte* at_;
};

std::size_t memory_for(const plan& p) {
  const std::size_t nodes = p.nodes.size();
  return p.inputs.size() * sizeof(slot) + (p.outputs.size() + p.most_outputs) * sizeof(any_value) +
         p.collecting * sizeof(collection) + p.most_inputs * sizeof(std::span<const any_value>) +
         nodes * sizeof(node_state) + 3 * node_set::words_for(nodes) * sizeof(node_set::word) +
         2 * nodes * sizeof(std::uint32_t) + p.edges.size();
}

}  // namespace

// A step that is at work beside others, with memory of its own.
struct engine::further_step {
  explicit further_step(const plan& p) : places(p.most_inputs), results(p.most_outputs) {
    made.places = places;
    made.room = results;
  }
  step made;
  std::vector<std::span<const any_value>> places;
  std::vector<any_value> results;
};

engine::engine(std::shared_ptr<const plan> p)
    : plan_(std::move(p)), memory_(std::make_unique_for_overwrite<std::byte[]>(memory_for(*plan_))) {
  const std::size_t nodes = plan_->nodes.size();
  const std::size_t words = node_set::words_for(nodes);
  carver memory(memory_.get());
  slots_ = memory.take<slot>(plan_->inputs.size());
  outputs_ = memory.take<any_value>(plan_->outputs.size());
  collections_ = memory.take<collection>(plan_->collecting);
  first_.room = memory.take<any_value>(plan_->most_outputs);
  first_.places = memory.take<std::span<const any_value>>(plan_->most_inputs);
  nodes_ = memory.take<node_state>(nodes);
  changed_ = node_set(memory.take<node_set::word>(words));
  deferred_ = node_set(memory.take<node_set::word>(words));
  deferred_order_ = node_set(memory.take<node_set::word>(words));
  queue_ = memory.take<std::uint32_t>(nodes);
  ready_ = memory.take<std::uint32_t>(nodes);
  edge_ran_ = memory.take<unsigned char>(plan_->edges.size());
  spare_ = &first_;
  // what others feed cannot run before something has arrived
  for (const std::uint32_t n : plan_->sources) changed_.insert(n);
  for (std::size_t i = 0; i < slots_.size(); ++i) slots_[i].joining = plan_->inputs[i].joining;
}

engine::~engine() {
  std::destroy(slots_.begin(), slots_.end());
  std::destroy(outputs_.begin(), outputs_.end());
  std::destroy(collections_.begin(), collections_.end());
  std::destroy(first_.room.begin(), first_.room.end());
}

// Makes a list input that a component feeds take the run's list too: in this run, not in the pipeline.
bool engine::join(std::uint32_t input) {
  if (plan_->inputs[input].collected == plan::input::never_collects) return false;
  slots_[input].joining = joining::concat;
  return true;
}

void engine::give(std::uint32_t input, any_value value) {
  const plan::input& in = plan_->inputs[input];
  if (slots_[input].joining == joining::none && in.senders > 0 && !join(input)) {
    throw error("input_taken",
                fmt::format("{} is fed by another component and takes no input of the run: only "
                            "variadic inputs and lists take both",
                            plan_->input_name(input)));
  }
  arrive(from_user, input, carry(std::move(value), in.socket->type));
}

bool engine::holds(std::uint32_t input) const {
  const slot& s = slots_[input];
  return collects(s.joining) ? !collected(input).from.empty() : s.full;
}

void engine::pause_before(const std::optional<component_visit>& where) {
  pause_.reset();
  if (where) pause_.emplace(plan_->find(where->component), where->visit);
}

// Can it run, and how urgently? Every socket is looked at once.
engine::priority engine::priority_of(std::uint32_t node) const {
  const plan::node& n = plan_->nodes[node];
  bool fed = false;        // a predecessor gave a value
  bool given = false;      // the run gave one
  bool all_filled = true;  // every socket that is mandatory or connected
  bool greedy_full = false;
  bool all_ran = true;  // every sender has delivered, if only the news of no value
  for (std::uint32_t i = n.first_input; i < n.end_input; ++i) {
    const plan::input& in = plan_->inputs[i];
    const slot& s = slots_[i];
    bool real = false;
    std::uint32_t ran = 0;
    if (collects(s.joining)) {
      const collection& c = collected(i);
      real = !c.values.empty();
      fed |= c.fed > 0;
      given |= c.given > 0;
      ran = c.senders_ran;
    } else if (s.full) {
      real = s.only.has_value();
      if (s.from == from_user) {
        given = true;
      } else {
        fed |= real;
        ran = 1;
      }
    }
    if (in.mandatory && !real) return priority::blocked;
    if (in.senders > 0 && !real) all_filled = false;
    if (s.joining == joining::greedy && real) greedy_full = true;
    if (ran != in.senders) all_ran = false;
  }
  if (!fed && !(nodes_[node].visits == 0 && (given || !n.fed_by_others))) return priority::blocked;
  if (greedy_full && all_filled) return priority::highest;
  return all_ran ? priority::ready : priority::deferred;
}

// The next part of the order: all that are HIGHEST or READY, else one that is deferred.
bool engine::fill() {
  std::size_t highest = 0, ready = 0;
  changed_.drain([&](std::uint32_t node) {
    const priority p = priority_of(node);
    if (p == priority::highest) queue_[highest++] = node;
    if (p == priority::ready) ready_[ready++] = node;
    if ((p == priority::deferred) != nodes_[node].deferred) mark_deferred(node, p == priority::deferred);
  });
  if (highest == 0) {
    std::swap(queue_, ready_);
  } else {
    std::copy_n(ready_.begin(), ready, queue_.begin() + static_cast<std::ptrdiff_t>(highest));
  }
  queue_at_ = 0;
  queue_end_ = highest + ready;
  if (queue_end_ == 0) {
    const std::uint32_t node = pick_deferred();
    if (node != node_set::none) queue_[queue_end_++] = node;
  }
  return queue_end_ > 0;
}

void engine::mark_deferred(std::uint32_t node, bool deferred) {
  nodes_[node].deferred = deferred;
  if (deferred) {
    deferred_.insert(node);
    deferred_order_.insert(plan_->nodes[node].deferral);
  } else {
    deferred_.erase(node);
    deferred_order_.erase(plan_->nodes[node].deferral);
  }
}

std::uint32_t engine::pick_deferred() const {
  const std::uint32_t first = deferred_.first();
  if (first == node_set::none) return first;
  check_runs(first);  // the alphabetically first one stands at the head of the queue
  return plan_->by_deferral[deferred_order_.first()];
}

void engine::check_runs(std::uint32_t node) const {
  if (nodes_[node].visits < plan_->options.max_runs) return;
  throw error({"max_runs",
               fmt::format("component '{}' would run more than {} times, which is the limit",
                           plan_->nodes[node].name, plan_->options.max_runs),
               "look for a loop whose way out is never taken, or raise pipeline_options::max_runs"});
}

bool engine::fed_by_steps_out(std::uint32_t node) const {
  for (const step* s = oldest_; s; s = s->behind) {
    const plan::node& n = plan_->nodes[s->node];
    for (std::uint32_t e = n.first_edge; e < n.end_edge; ++e) {
      if (plan_->edges[e].to == node) return true;
    }
  }
  return false;
}

turn engine::next(step*& out) {
  if (queue_at_ == queue_end_) {
    if (oldest_) return turn::wait;
    if (!fill()) {
      if (!started_ && !plan_->nodes.empty()) {
        std::string why;
        for (const std::string& line : waiting()) why += "\n  " + line;
        throw error("pipeline_blocked", "no component can run:" + why);
      }
      return turn::done;
    }
  }
  started_ = true;
  failed_.clear();
  const std::uint32_t node = queue_[queue_at_];
  if (oldest_ && fed_by_steps_out(node)) return turn::wait;
  const bool pauses = pause_ && pause_->first == node && pause_->second == nodes_[node].visits + 1;
  if (pauses || nodes_[node].visits >= plan_->options.max_runs) {
    if (oldest_) return turn::wait;
    check_runs(node);
    return turn::paused;
  }
  ++queue_at_;
  out = &take_inputs(node);
  return turn::step;
}

// The step for one more node, behind those that are out.
step& engine::spare_step() {
  if (!spare_) {
    further_.push_back(std::make_unique<further_step>(*plan_));
    spare_ = &further_.back()->made;
  }
  step& s = *spare_;
  spare_ = std::exchange(s.behind, nullptr);
  (oldest_ ? youngest_->behind : oldest_) = &s;
  youngest_ = &s;
  ++steps_out_;
  return s;
}

step& engine::take_inputs(std::uint32_t node) {
  const plan::node& n = plan_->nodes[node];
  step& s = spare_step();
  s.node = node;
  s.visit = ++nodes_[node].visits;
  s.finished = false;
  if (s.failure) s.failure = nullptr;
  s.joined.clear();
  for (any_value& old : s.io.results) old = {};
  s.io.results = s.room.first(n.end_output - n.first_output);
  s.io.inputs = s.places.first(n.end_input - n.first_input);
  if (nodes_[node].deferred) mark_deferred(node, false);  // and it cannot run again before something arrives
  try {
    for (std::uint32_t i = n.first_input; i < n.end_input; ++i) s.places[i - n.first_input] = values_at(i, s);
  } catch (...) {  // lists that cannot be joined
    s.failure = std::current_exception();
    s.finished = true;
  }
  return s;
}

// What a step sees at an input.
std::span<const any_value> engine::values_at(std::uint32_t input, step& s) {
  const plan::input& in = plan_->inputs[input];
  const slot& from = slots_[input];
  if (collects(from.joining)) {
    const std::vector<any_value>& values = collected(input).values;
    if (from.joining == joining::concat && values.size() > 1) {
      s.joined.reserve(s.places.size());  // so that none of them moves
      s.joined.push_back(concatenate(values, in.socket->type));
      return {&s.joined.back(), 1};
    }
    if (!values.empty()) return values;
  } else if (from.real()) {
    return {&from.only, 1};
  }
  if (!in.mandatory && in.socket->default_value.has_value()) return {&in.socket->default_value, 1};
  return {};
}

// What components sent is used up by a visit; what the run was given stays, except in greedy slots.
void engine::use_up(std::uint32_t node) {
  const plan::node& n = plan_->nodes[node];
  for (std::uint32_t i = n.first_input; i < n.end_input; ++i) {
    slot& s = slots_[i];
    if (collects(s.joining)) {
      use_up(collected(i));
    } else if (s.full && (s.from != from_user || s.joining == joining::greedy)) {
      s.only = {};
      s.full = false;
    }
  }
}

void engine::use_up(collection& c) {
  std::size_t at = 0, kept_values = 0, kept = 0;
  for (const sender s : c.from) {
    const bool stays = collection::whose(s) == from_user;
    if (stays) {
      c.from[kept++] = s;
    } else {
      edge_ran_[static_cast<std::size_t>(collection::whose(s))] = false;
    }
    if (!collection::has_value(s)) continue;
    if (stays && kept_values != at) c.values[kept_values] = std::move(c.values[at]);
    kept_values += stays;
    ++at;
  }
  c.values.resize(kept_values);
  c.from.resize(kept);
  c.senders_ran = 0;
  c.fed = 0;
}

bool engine::deliver() {
  if (!oldest_ || !oldest_->finished) return false;
  step& s = *oldest_;
  if (!s.failure) {
    try {
      deliver(s);
    } catch (...) {
      s.failure = std::current_exception();
    }
  }
  if (s.failure) {
    const std::exception_ptr failure = s.failure;
    failed_ = plan_->nodes[s.node].name;
    take_back();
    std::rethrow_exception(failure);
  }
  nodes_[s.node].took += s.took;
  last_ = &s;
  put_away_oldest();
  return true;
}

void engine::put_away_oldest() {
  step& s = *oldest_;
  oldest_ = std::exchange(s.behind, spare_);
  spare_ = &s;
  --steps_out_;
}

void engine::deliver(step& s) {
  const plan::node& n = plan_->nodes[s.node];
  for (std::uint32_t o = n.first_output; o < n.end_output; ++o) {
    if (!plan_->outputs[o].delivers(s.io.results[o - n.first_output])) return deliver_converted(s);
  }
  use_up(s.node);
  const bool keeps = keeps_outputs(s.node);
  const bool copies = keeps || read_later_;
  for (std::uint32_t o = n.first_output; o < n.end_output; ++o) {
    const plan::output& output = plan_->outputs[o];
    any_value& result = s.io.results[o - n.first_output];
    for (std::uint32_t e = output.first_edge; e < output.end_edge; ++e) {
      if (copies || e + 1 < output.end_edge) {
        arrive(static_cast<sender>(e), plan_->edges[e].input, any_value(result));
      } else {  // the last one takes it: counting holders costs more than all else here
        arrive(static_cast<sender>(e), plan_->edges[e].input, std::move(result));
      }
    }
  }
  if (keeps) keep_outputs(s);
}

bool engine::needs_conversion(const plan::edge& edge, const any_value& value) const {
  if (!value.has_value()) return false;
  return edge.how != socket_conversion::none || (edge.carried && edge.carried->carrier() != value.type());
}

// Converts first and delivers then, so that a failing conversion leaves the slots as they were.
void engine::deliver_converted(step& s) {
  const plan::node& n = plan_->nodes[s.node];
  std::vector<any_value> routed;
  for (std::uint32_t e = n.first_edge; e < n.end_edge; ++e) {
    const plan::edge& edge = plan_->edges[e];
    const any_value& result = s.io.results[edge.output];
    if (!needs_conversion(edge, result)) {
      routed.push_back(result);
      continue;
    }
    try {
      const socket_type& type = plan_->inputs[edge.input].socket->type;
      routed.push_back(carry(convert(result, edge.how, type, plan_->options.text_types), type));
    } catch (const error& why) {
      throw error(why.code(),
                  fmt::format("from {} to {}: {}", plan_->output_name(n.first_output + edge.output),
                              plan_->input_name(edge.input), why.what()));
    }
  }
  use_up(s.node);
  for (std::uint32_t e = n.first_edge; e < n.end_edge; ++e) {
    arrive(static_cast<sender>(e), plan_->edges[e].input, std::move(routed[e - n.first_edge]));
  }
  if (keeps_outputs(s.node)) keep_outputs(s);
}

// Some slots collect; in others a value replaces what is there, and no value replaces only emptiness.
void engine::arrive(sender from, std::uint32_t input, any_value&& value) {
  const plan::input& in = plan_->inputs[input];
  slot& s = slots_[input];
  changed_.insert(in.node);
  if (collects(s.joining)) {
    collect(from, input, std::move(value));
  } else if (!s.full || value.has_value()) {
    s.full = true;
    s.from = from;
    s.only = std::move(value);
  }
}

void engine::collect(sender from, std::uint32_t input, any_value&& value) {
  collection& c = collected(input);
  if (c.from.empty()) {
    c.from.reserve(plan_->inputs[input].senders);
    c.values.reserve(plan_->inputs[input].senders);
  }
  if (from == from_user) {
    ++c.given;
  } else if (!std::exchange(edge_ran_[static_cast<std::size_t>(from)], true)) {
    ++c.senders_ran;
  }
  c.from.push_back(value.has_value() ? from : collection::without_value(from));
  if (!value.has_value()) return;
  c.fed += from != from_user;
  c.values.push_back(std::move(value));
}

// The last visit that gave something to the outside is what the run returns for a component.
void engine::keep_outputs(step& s) {
  const plan::node& n = plan_->nodes[s.node];
  const auto kept = [&](std::uint32_t o) {
    return s.io.results[o].has_value() &&
           (nodes_[s.node].included || !plan_->outputs[n.first_output + o].consumed);
  };
  const std::uint32_t count = n.end_output - n.first_output;
  bool any = false;
  for (std::uint32_t o = 0; o < count; ++o) any |= kept(o);
  if (!any) return;
  gave_anything_ = true;
  for (std::uint32_t o = 0; o < count; ++o) {
    outputs_[n.first_output + o] = kept(o) ? s.io.results[o] : any_value{};
  }
}

void engine::take_back() {
  while (oldest_) {
    --nodes_[oldest_->node].visits;
    --queue_at_;
    put_away_oldest();
  }
}

std::vector<std::string> engine::waiting() const {
  std::vector<std::string> lines;
  for (std::uint32_t node = 0; node < plan_->nodes.size(); ++node) {
    const plan::node& n = plan_->nodes[node];
    bool received = false;
    std::string missing;
    for (std::uint32_t i = n.first_input; i < n.end_input; ++i) {
      const slot& s = slots_[i];
      bool real = s.real();
      bool from_component = real && s.from != from_user;
      if (collects(s.joining)) {
        real = !collected(i).values.empty();
        from_component = collected(i).fed > 0;
      }
      received |= from_component || (real && nodes_[node].visits == 0);
      if (real || !plan_->inputs[i].mandatory) continue;
      std::string from;
      for (const plan::edge& e : plan_->edges) {
        if (e.input != i) continue;
        from += fmt::format("{}{} ({})", from.empty() ? "" : ", ",
                            plan_->output_name(plan_->nodes[e.from].first_output + e.output),
                            nodes_[e.from].visits == 0 ? "did not run" : "gave nothing");
      }
      missing += fmt::format("{}{}, which {}", missing.empty() ? "" : "; ", plan_->input_name(i),
                             from.empty() ? "nothing feeds" : "is fed by " + from);
    }
    if (!missing.empty() && (received || !started_)) {
      lines.push_back(fmt::format("{} waits for {}", n.name, missing));
    }
  }
  if (lines.empty() && !started_) lines.emplace_back("every component waits for another one: give an input");
  return lines;
}

}  // namespace stook::detail
