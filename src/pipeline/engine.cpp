#include <pipeline/engine.hpp>

#include <utility>

#include <fmt/format.h>

#include <stook/core/error.hpp>

namespace stook::detail {

engine::engine(std::shared_ptr<const plan> p)
    : plan_(std::move(p)),
      memory_(first_memory_, sizeof first_memory_),
      nodes_(plan_->nodes.size(), &memory_),
      slots_(plan_->inputs.size(), &memory_),
      outputs_(plan_->outputs.size(), &memory_),
      edge_ran_(plan_->edges.size(), &memory_),
      changed_(plan_->nodes.size(), &memory_),
      deferred_(plan_->nodes.size(), &memory_),
      deferred_order_(plan_->nodes.size(), &memory_),
      queue_(&memory_),
      ready_(&memory_),
      out_(&memory_),
      spare_(&memory_) {
  out_.reserve(4);
  spare_.reserve(4);
  // what others feed cannot run before something has arrived
  for (const std::uint32_t n : plan_->sources) changed_.insert(n);
  for (std::size_t i = 0; i < slots_.size(); ++i) slots_[i].joining = plan_->inputs[i].joining;
}

void engine::give(std::uint32_t input, any_value value) {
  const plan::input& in = plan_->inputs[input];
  slot& s = slots_[input];
  if (s.joining == joining::none && in.senders > 0) {
    if (!in.socket->type.holds_list()) {
      throw error("input_taken",
                  fmt::format("{} is fed by another component and takes no input of the run: only "
                              "variadic inputs and lists take both",
                              plan_->input_name(input)));
    }
    s.joining = joining::concat;  // in this run; the pipeline stays as it is
  }
  value = carry(std::move(value), in.socket->type);
  changed_.insert(in.node);
  if (s.collects()) {
    s.all.push_back({delivery::from_user, std::move(value)});
  } else {
    s.full = true;
    s.only = {delivery::from_user, std::move(value)};
  }
}

void engine::pause_before(std::optional<component_visit> where) {
  pause_.reset();
  if (where) pause_.emplace(plan_->find(where->component), where->visit);
}

// Can it run, and how urgently? Every socket is looked at once.
engine::priority engine::priority_of(std::uint32_t node) const {
  const plan::node& n = plan_->nodes[node];
  bool fed = false;        // a predecessor gave a value
  bool from_user = false;  // the run gave one
  bool all_filled = true;  // every socket that is mandatory or connected
  bool greedy_full = false;
  bool all_ran = true;  // every sender has delivered, if only the news of no value
  for (std::uint32_t i = n.first_input; i < n.end_input; ++i) {
    const plan::input& in = plan_->inputs[i];
    const slot& s = slots_[i];
    bool real = false;
    std::uint32_t ran = 0;
    if (s.collects()) {
      for (const delivery& d : s.all) {
        if (d.edge == delivery::from_user) {
          from_user = true;
        } else {
          fed |= d.real();
        }
        real |= d.real();
      }
      ran = s.senders_ran;
    } else if (s.full) {
      real = s.only.real();
      if (s.only.edge == delivery::from_user) {
        from_user = true;
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
  const bool first_visit = nodes_[node].visits == 0;
  if (!fed && !(first_visit && (from_user || !n.fed_by_others))) return priority::blocked;
  if (greedy_full && all_filled) return priority::highest;
  return all_ran ? priority::ready : priority::deferred;
}

// The next part of the order: all that are HIGHEST or READY, else one that is deferred.
bool engine::fill() {
  queue_.clear();
  queue_at_ = 0;
  ready_.clear();
  changed_.drain([this](std::uint32_t node) {
    const priority p = priority_of(node);
    if (p == priority::highest) queue_.push_back(node);
    if (p == priority::ready) ready_.push_back(node);
    if ((p == priority::deferred) != nodes_[node].deferred) mark_deferred(node, p == priority::deferred);
  });
  queue_.insert(queue_.end(), ready_.begin(), ready_.end());
  if (queue_.empty()) {
    const std::uint32_t node = pick_deferred();
    if (node != node_set::none) queue_.push_back(node);
  }
  return !queue_.empty();
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
  for (const auto& s : out_) {
    const plan::node& n = plan_->nodes[s->node];
    for (std::uint32_t e = n.first_edge; e < n.end_edge; ++e) {
      if (plan_->edges[e].to == node) return true;
    }
  }
  return false;
}

turn engine::next(step*& out) {
  if (queue_at_ == queue_.size()) {
    if (!out_.empty()) return turn::wait;
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
  if (!out_.empty() && fed_by_steps_out(node)) return turn::wait;
  const bool pauses = pause_ && pause_->first == node && pause_->second == nodes_[node].visits + 1;
  if (pauses || nodes_[node].visits >= plan_->options.max_runs) {
    if (!out_.empty()) return turn::wait;
    check_runs(node);
    return turn::paused;
  }
  ++queue_at_;
  out = &take_inputs(node);
  return turn::step;
}

step& engine::take_inputs(std::uint32_t node) {
  const plan::node& n = plan_->nodes[node];
  if (spare_.empty()) spare_.push_back(std::make_unique<step>(&memory_));
  out_.push_back(std::move(spare_.back()));
  spare_.pop_back();
  step& s = *out_.back();
  s.node = node;
  s.visit = ++nodes_[node].visits;
  s.finished = false;
  if (s.failure) s.failure = nullptr;
  s.used.clear();
  s.io.values.clear();
  s.io.ends.clear();
  for (any_value& old : s.io.results) old = {};
  s.io.results.resize(n.end_output - n.first_output);
  if (nodes_[node].deferred) mark_deferred(node, false);  // and it cannot run again before something arrives
  try {
    for (std::uint32_t i = n.first_input; i < n.end_input; ++i) {
      take_slot(s, i);
      s.io.ends.push_back(static_cast<std::uint32_t>(s.io.values.size()));
    }
  } catch (...) {  // lists that cannot be joined
    s.failure = std::current_exception();
    s.finished = true;
  }
  return s;
}

// Passes on what waits in a slot. What components sent is used up; what the run was given stays, except in
// greedy slots.
void engine::take_slot(step& s, std::uint32_t input) {
  const plan::input& in = plan_->inputs[input];
  slot& from = slots_[input];
  auto& values = s.io.values;
  const std::size_t before = values.size();

  const auto next_value = [&] { return static_cast<std::uint32_t>(values.size()); };
  if (from.collects()) {
    const std::size_t first_used = s.used.size();
    s.used.reserve(first_used + from.all.size());
    values.reserve(before + from.all.size());
    std::size_t kept = 0;
    for (delivery& d : from.all) {
      if (d.edge == delivery::from_user) {
        values.push_back(d.value);
        from.all[kept++] = std::move(d);
        continue;
      }
      edge_ran_[static_cast<std::size_t>(d.edge)] = false;
      s.used.push_back({input, d.edge, d.real() ? next_value() : step::taken::nowhere});
      if (d.real()) values.push_back(std::move(d.value));
    }
    from.all.resize(kept);
    from.senders_ran = 0;
    if (from.joining == joining::concat && values.size() - before > 1) {
      any_value whole = concatenate(std::span(values).subspan(before), in.socket->type);
      for (std::size_t u = first_used; u < s.used.size(); ++u) {
        step::taken& t = s.used[u];
        if (t.at != step::taken::nowhere)
          t.part = std::move(values[std::exchange(t.at, step::taken::nowhere)]);
      }
      values.resize(before);
      values.push_back(std::move(whole));
    }
  } else if (from.full) {
    const bool used_up = from.only.edge != delivery::from_user || from.joining == joining::greedy;
    if (used_up) {
      s.used.push_back({input, from.only.edge, from.only.real() ? next_value() : step::taken::nowhere});
      if (from.only.real()) values.push_back(std::move(from.only.value));
      from.only = {};
      from.full = false;
    } else {
      values.push_back(from.only.value);
    }
  }
  if (values.size() == before && !in.mandatory && in.socket->default_value.has_value()) {
    values.push_back(in.socket->default_value);
  }
}

bool engine::deliver() {
  if (out_.empty() || !out_.front()->finished) return false;
  step& s = *out_.front();
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
  last_ = out_.front().get();
  spare_.push_back(std::move(out_.front()));
  out_.erase(out_.begin());
  return true;
}

bool engine::needs_conversion(const plan::edge& edge, const any_value& value) const {
  if (!value.has_value()) return false;
  return edge.how != socket_conversion::none || (edge.carried && edge.carried->carrier() != value.type());
}

void engine::deliver(step& s) {
  const plan::node& n = plan_->nodes[s.node];
  for (std::uint32_t e = n.first_edge; e < n.end_edge; ++e) {
    if (needs_conversion(plan_->edges[e], s.io.results[plan_->edges[e].output])) {
      route(s);
      keep_outputs(s);
      return;
    }
  }
  const bool keeps = read_later_ || keeps_outputs(s.node);
  for (std::uint32_t e = n.first_edge; e < n.end_edge; ++e) {
    any_value& result = s.io.results[plan_->edges[e].output];
    const bool last = e + 1 == n.end_edge || plan_->edges[e + 1].output != plan_->edges[e].output;
    if (last && !keeps) {
      arrive(static_cast<std::int32_t>(e),
             std::move(result));  // counting holders costs more than all else here
    } else {
      arrive(static_cast<std::int32_t>(e), result);
    }
  }
  keep_outputs(s);
}

// Converts first and delivers then, so that a failing conversion leaves the slots as they were.
void engine::route(step& s) {
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
  for (std::uint32_t e = n.first_edge; e < n.end_edge; ++e) {
    arrive(static_cast<std::int32_t>(e), std::move(routed[e - n.first_edge]));
  }
}

// Lazy slots collect; in others a value replaces what is there, and no value replaces only emptiness.
void engine::arrive(std::int32_t edge, any_value value) {
  const std::uint32_t input = plan_->edges[static_cast<std::size_t>(edge)].input;
  slot& s = slots_[input];
  changed_.insert(plan_->inputs[input].node);
  if (s.collects()) {
    if (s.all.empty()) s.all.reserve(plan_->inputs[input].senders);
    if (!edge_ran_[static_cast<std::size_t>(edge)]) ++s.senders_ran;
    edge_ran_[static_cast<std::size_t>(edge)] = true;
    s.all.push_back({edge, std::move(value)});
  } else if (!s.full || value.has_value()) {
    s.full = true;
    s.only.edge = edge;
    s.only.value = std::move(value);
  }
}

// The last visit that gave something to the outside is what the run returns for a component.
void engine::keep_outputs(step& s) {
  if (!keeps_outputs(s.node)) return;
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
  while (!out_.empty()) {
    step& s = *out_.back();
    for (step::taken& t : s.used) {
      delivery d{t.edge, t.at == step::taken::nowhere ? std::move(t.part) : std::move(s.io.values[t.at])};
      slot& to = slots_[t.input];
      if (!to.collects()) {
        to.only = std::move(d);
        to.full = true;
        continue;
      }
      if (!edge_ran_[static_cast<std::size_t>(t.edge)]) {
        edge_ran_[static_cast<std::size_t>(t.edge)] = true;
        ++to.senders_ran;
      }
      to.all.push_back(std::move(d));
    }
    --nodes_[s.node].visits;
    --queue_at_;
    spare_.push_back(std::move(out_.back()));
    out_.pop_back();
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
      bool real = s.full && s.only.real();
      bool from_component = real && s.only.edge != delivery::from_user;
      for (const delivery& d : s.all) {
        real |= d.real();
        from_component |= d.real() && d.edge != delivery::from_user;
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
