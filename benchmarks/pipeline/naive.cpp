// The least that a coroutine DAG runner does: one coroutine a node, which waits until its last predecessor
// has arrived, adds, and lets its successors go. No types, no loops, no routing, no state to save.

#include <coroutine>
#include <exception>
#include <utility>

#include "common.hpp"

namespace {

struct node_task {
  struct promise_type {
    node_task get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
  std::coroutine_handle<promise_type> handle;
};

class naive_runner final : public runner {
 public:
  explicit naive_runner(const shape& s) : next_(s.next), senders_(s.nodes, 0) {
    for (const auto& targets : next_) {
      for (const std::size_t t : targets) ++senders_[t];
    }
  }

  int run() override {
    missing_ = senders_;
    sums_.assign(next_.size(), 0);
    ready_.clear();
    tasks_.clear();
    for (std::size_t n = 0; n < next_.size(); ++n) tasks_.push_back(visit(n));
    sums_[0] = 1;
    ready_.push_back(0);
    while (!ready_.empty()) {
      const std::size_t n = ready_.back();
      ready_.pop_back();
      tasks_[n].handle.resume();
    }
    for (const node_task& t : tasks_) t.handle.destroy();
    return sums_.back();
  }

 private:
  node_task visit(std::size_t n) {
    const int value = sums_[n] + 1;
    sums_[n] = value;
    for (const std::size_t t : next_[n]) {
      sums_[t] += value;
      if (--missing_[t] == 0) ready_.push_back(t);
    }
    co_return;
  }

  std::vector<std::vector<std::size_t>> next_;
  std::vector<int> senders_, missing_;
  std::vector<int> sums_;
  std::vector<std::size_t> ready_;
  std::vector<node_task> tasks_;
};

}  // namespace

std::unique_ptr<runner> make_naive(const shape& s) { return std::make_unique<naive_runner>(s); }
