#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

// What every competitor runs: a graph whose nodes add one to the sum of what arrives.

struct shape {
  std::string_view name;
  std::size_t nodes;
  std::vector<std::vector<std::size_t>> next;  // of each node
};

/// A graph made ready; `run` starts node 0 with 1 and returns what the last node gives.
class runner {
 public:
  virtual ~runner() = default;
  virtual int run() = 0;
};

std::unique_ptr<runner> make_stook(const shape& s);
std::unique_ptr<runner> make_naive(const shape& s);

/// Seconds that a run takes by the wall whose `components` components may all work at once, at most
/// `parallel` of them do, and each computes for some milliseconds.
double wall_of_parallel_work(std::size_t components, unsigned parallel);
