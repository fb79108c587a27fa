#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>

#include <fmt/format.h>

#include <stook/pipeline/pipeline.hpp>

#include "common.hpp"

namespace {

struct all_in {
  stook::variadic<int> values;
};
STOOK_DESCRIBE(all_in, (values))

class stook_runner final : public runner {
 public:
  explicit stook_runner(const shape& s) {
    std::vector<std::size_t> senders(s.nodes, 0);
    for (const auto& targets : s.next) {
      for (const std::size_t t : targets) ++senders[t];
    }
    for (std::size_t n = 0; n < s.nodes; ++n) {
      if (senders[n] > 1) {
        pipeline_.add(name(n), [](const all_in& in) {
          int sum = 1;
          for (const int v : in.values) sum += v;
          return sum;
        });
      } else {
        pipeline_.add(name(n), [](int value) { return value + 1; });
      }
    }
    for (std::size_t n = 0; n < s.nodes; ++n) {
      for (const std::size_t t : s.next[n]) pipeline_.connect(name(n), name(t));
    }
    inputs_.set(name(0) + ".value", 1);
    result_ = name(s.nodes - 1) + ".value";
  }

  int run() override { return pipeline_.run(inputs_).at<int>(result_); }

 private:
  static std::string name(std::size_t n) { return fmt::format("n{:04}", n); }

  stook::pipeline pipeline_;
  stook::run_inputs inputs_;
  std::string result_;
};

std::uint64_t computed(std::uint64_t seed) {
  for (int i = 0; i < 5'000'000; ++i) seed = seed * 6364136223846793005U + 1442695040888963407U;
  return seed;
}

}  // namespace

double wall_of_parallel_work(std::size_t components, unsigned parallel) {
  stook::pipeline p;
  stook::run_inputs inputs;
  for (std::size_t n = 0; n < components; ++n) {
    const std::string component = fmt::format("work{}", n);
    p.add(component, [](std::uint64_t value) { return computed(value); });
    inputs.set(component + ".value", std::uint64_t{n});
  }
  const auto begin = std::chrono::steady_clock::now();
  const stook::pipeline_result result = p.run(inputs, {.parallel = parallel});
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
  if (result.at<std::uint64_t>("work0.value") != computed(0)) throw std::runtime_error("computed wrongly");
  return wall.count();
}

std::unique_ptr<runner> make_stook(const shape& s) { return std::make_unique<stook_runner>(s); }
