#include <pipeline/engine.hpp>

#include <utility>

#include <fmt/format.h>

#include <stook/core/error.hpp>

namespace stook::detail {

engine::engine(std::shared_ptr<const plan> p)
    : plan_(std::move(p)),
      slots_(plan_->inputs.size()),
      visits_(plan_->nodes.size()),
      took_(plan_->nodes.size()),
      outputs_(plan_->outputs.size()),
      included_(plan_->nodes.size()),
      edge_ran_(plan_->edges.size()),
      changed_(plan_->nodes.size()),
      deferred_(plan_->nodes.size()),
      deferred_order_(plan_->nodes.size()) {
  for (std::uint32_t n = 0; n < plan_->nodes.size(); ++n) changed_.insert(n);
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
  const bool first_visit = visits_[node] == 0;
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
    if (p == priority::deferred) {
      deferred_.insert(node);
      deferred_order_.insert(plan_->nodes[node].deferral);
    } else {
      deferred_.erase(node);
      deferred_order_.erase(plan_->nodes[node].deferral);
    }
  });
  queue_.insert(queue_.end(), ready_.begin(), ready_.end());
  if (queue_.empty()) {
    const std::uint32_t node = pick_deferred();
    if (node != node_set::none) queue_.push_back(node);
  }
  return !queue_.empty();
}

std::uint32_t engine::pick_deferred() const {
  const std::uint32_t first = deferred_.first();
  if (first == node_set::none) return first;
  check_runs(first);  // the alphabetically first one stands at the head of the queue
  return plan_->by_deferral[deferred_order_.first()];
}

void engine::check_runs(std::uint32_t node) const {
  if (visits_[node] < plan_->options.max_runs) return;
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
  const bool pauses = pause_ && pause_->first == node && pause_->second == visits_[node] + 1;
  if (pauses || visits_[node] >= plan_->options.max_runs) {
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
  if (spare_.empty()) spare_.push_back(std::make_unique<step>());
  out_.push_back(std::move(spare_.back()));
  spare_.pop_back();
  step& s = *out_.back();
  s.node = node;
  s.visit = ++visits_[node];
  s.finished = false;
  s.failure = nullptr;
  s.taken.clear();
  s.io.values.clear();
  s.io.ends.clear();
  s.io.results.clear();
  s.io.results.resize(n.end_output - n.first_output);
  changed_.insert(node);
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

  if (from.collects()) {
    std::size_t kept = 0;
    for (delivery& d : from.all) {
      if (d.real()) values.push_back(d.value);
      if (d.edge == delivery::from_user) {
        from.all[kept++] = std::move(d);
      } else {
        edge_ran_[static_cast<std::size_t>(d.edge)] = false;
        s.taken.emplace_back(input, std::move(d));
      }
    }
    from.all.resize(kept);
    from.senders_ran = 0;
    if (from.joining == joining::concat && values.size() - before > 1) {
      any_value whole = concatenate(std::span(values).subspan(before), in.socket->type);
      values.resize(before);
      values.push_back(std::move(whole));
    }
  } else if (from.full) {
    if (from.only.real()) values.push_back(from.only.value);
    if (from.only.edge != delivery::from_user || from.joining == joining::greedy) {
      s.taken.emplace_back(input, std::move(from.only));
      from.only = {};
      from.full = false;
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
  took_[s.node] += s.took;
  if (last_) spare_.push_back(std::move(last_));
  last_ = std::move(out_.front());
  out_.pop_front();
  return true;
}

void engine::deliver(step& s) {
  const plan::node& n = plan_->nodes[s.node];
  // All conversions come first, so that a failing one leaves the slots as they were.
  routed_.clear();
  for (std::uint32_t e = n.first_edge; e < n.end_edge; ++e) {
    const plan::edge& edge = plan_->edges[e];
    const any_value& result = s.io.results[edge.output];
    if (!result.has_value() || (edge.how == conversion::none && !edge.carried)) {
      routed_.push_back(result);
      continue;
    }
    try {
      const socket_type& type = plan_->inputs[edge.input].socket->type;
      any_value value =
          edge.how == conversion::none ? result : convert(result, edge.how, type, plan_->options.text_types);
      routed_.push_back(carry(std::move(value), type));
    } catch (const error& why) {
      throw error(why.code(),
                  fmt::format("from {} to {}: {}", plan_->output_name(n.first_output + edge.output),
                              plan_->input_name(edge.input), why.what()));
    }
  }
  for (std::uint32_t e = n.first_edge; e < n.end_edge; ++e) {
    arrive(static_cast<std::int32_t>(e), std::move(routed_[e - n.first_edge]));
  }
  keep_outputs(s);
}

// Lazy slots collect; in others a value replaces what is there, and no value replaces only emptiness.
void engine::arrive(std::int32_t edge, any_value value) {
  const std::uint32_t input = plan_->edges[static_cast<std::size_t>(edge)].input;
  slot& s = slots_[input];
  changed_.insert(plan_->inputs[input].node);
  if (s.collects()) {
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
  const plan::node& n = plan_->nodes[s.node];
  const auto kept = [&](std::uint32_t o) {
    return s.io.results[o].has_value() && (included_[s.node] || !plan_->outputs[n.first_output + o].consumed);
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
    for (auto& [input, d] : s.taken) {
      slot& to = slots_[input];
      if (to.collects()) {
        const bool first = d.edge != delivery::from_user && !edge_ran_[static_cast<std::size_t>(d.edge)];
        if (first) {
          edge_ran_[static_cast<std::size_t>(d.edge)] = true;
          ++to.senders_ran;
        }
        to.all.push_back(std::move(d));
      } else {
        to.only = std::move(d);
        to.full = true;
      }
    }
    --visits_[s.node];
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
      received |= from_component || (real && visits_[node] == 0);
      if (real || !plan_->inputs[i].mandatory) continue;
      std::string from;
      for (const plan::edge& e : plan_->edges) {
        if (e.input != i) continue;
        from += fmt::format("{}{} ({})", from.empty() ? "" : ", ",
                            plan_->output_name(plan_->nodes[e.from].first_output + e.output),
                            visits_[e.from] == 0 ? "did not run" : "gave nothing");
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
