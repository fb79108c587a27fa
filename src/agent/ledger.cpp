#include "agent/ledger.hpp"

#include <algorithm>

namespace stook::detail {

ledger::ledger(const run_limits& limits, const clock& time, ledger* parent)
    : limits_(limits), clock_(time), parent_(parent) {
  if (limits.wall.count() > 0) started_ = clock_.ticks();
}

void ledger::spend_step(const usage& used) {
  // what a server says it used may be missing or negative; a budget never grows back
  const auto tokens =
      std::max<std::int64_t>(0, used.input_tokens) + std::max<std::int64_t>(0, used.output_tokens);
  const auto nano_usd = static_cast<std::int64_t>(std::clamp(used.cost_usd, 0.0, 1e9) * 1e9);
  for (ledger* l = this; l; l = l->parent_) {
    l->steps_.fetch_add(1, std::memory_order_relaxed);
    if (tokens) l->tokens_.fetch_add(tokens, std::memory_order_relaxed);
    if (nano_usd) l->nano_usd_.fetch_add(nano_usd, std::memory_order_relaxed);
  }
}

bool ledger::spend_tool_call() {
  for (const ledger* l = this; l; l = l->parent_) {
    if (l->limits_.tool_calls > 0 &&
        l->tool_calls_.load(std::memory_order_relaxed) >= l->limits_.tool_calls) {
      return false;
    }
  }
  for (ledger* l = this; l; l = l->parent_) l->tool_calls_.fetch_add(1, std::memory_order_relaxed);
  return true;
}

ledger::pressure ledger::check() const {
  pressure p;
  // Each run up the tree needs one more model call for its own last answer.
  int reserve = 1;
  for (const ledger* l = this; l; l = l->parent_, ++reserve) {
    const run_limits& most = l->limits_;
    const auto weigh = [&p](double spent, double limit, std::string_view code) {
      if (spent >= limit) {
        p.over = code;
      } else if (spent >= 0.9 * limit) {
        p.near = code;
      }
    };
    if (most.steps > 0) {
      const int left = most.steps - l->steps_.load(std::memory_order_relaxed);
      if (left < reserve) {
        p.over = "budget.steps";
      } else if (left == reserve) {
        p.near = "budget.steps";
      }
    }
    if (most.tool_calls > 0 && l->tool_calls_.load(std::memory_order_relaxed) >= most.tool_calls) {
      p.near = "budget.tool_calls";  // the model may still answer
    }
    if (most.tokens > 0) {
      weigh(static_cast<double>(l->tokens_.load(std::memory_order_relaxed)), static_cast<double>(most.tokens),
            "budget.tokens");
    }
    if (most.cost_usd > 0) {
      weigh(static_cast<double>(l->nano_usd_.load(std::memory_order_relaxed)) * 1e-9, most.cost_usd,
            "budget.cost");
    }
    if (most.wall.count() > 0) {
      const std::chrono::duration<double> elapsed = clock_.ticks() - l->started_;
      weigh(elapsed.count(), std::chrono::duration<double>(most.wall).count(), "budget.wall");
    }
  }
  return p;
}

std::optional<std::chrono::nanoseconds> ledger::time_left() const {
  std::optional<std::chrono::nanoseconds> least;
  for (const ledger* l = this; l; l = l->parent_) {
    if (l->limits_.wall.count() <= 0) continue;
    const auto left = l->limits_.wall - (clock_.ticks() - l->started_);
    if (!least || left < *least) least = left;
  }
  return least;
}

ledger::amounts ledger::spent() const {
  amounts a{steps_, tool_calls_, tokens_, nano_usd_};
  if (limits_.wall.count() > 0) a.elapsed = clock_.ticks() - started_;
  return a;
}

void ledger::restore(const amounts& a) {
  steps_ = a.steps;
  tool_calls_ = a.tool_calls;
  tokens_ = a.tokens;
  nano_usd_ = a.nano_usd;
  started_ -= a.elapsed;
}

}  // namespace stook::detail
