// bench_agent_threads [RUNS]: one agent that many threads run at once, beside one thread that runs it alone.
// What rises with the threads is what they fight for: locks and counters that they share.

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstring>
#include <iostream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include <stook/stook.hpp>

#include "process.hpp"
#include "workload.hpp"

namespace {

constexpr int steps = 20;
constexpr int rounds = 9;

struct pair_of_numbers {
  int a = 0;
  int b = 0;
};
STOOK_DESCRIBE(pair_of_numbers, (a, "First number", stook::at_least{0}),
               (b, "Second number", stook::at_least{0}))

// Has no state, so that what the threads share is the library's.
class stateless_model final : public stook::immediate_model {
 public:
  std::string name() const override { return "stateless"; }
  stook::chat_reply generate(const stook::chat_request& request, stook::generation&) override {
    const int done = static_cast<int>((request.messages.size() - 2) / 2);
    if (done == steps) return stook::scripted_model::says(agent_step::final_text);
    return stook::scripted_model::calls("add", agent_step::arguments_of(done), agent_step::id_of(done));
  }
};

struct cost {
  double cpu = 0;   // seconds a run
  double wall = 0;  // seconds for all
};

cost run_on(const stook::agent& agent, unsigned threads, int runs) {
  std::atomic<bool> all_good = true;
  const auto work = [&] {
    for (int i = 0; i < runs; ++i) {
      if (!agent.run(agent_step::user_prompt).ok()) all_good = false;
    }
  };
  const double cpu = process::cpu_seconds();
  const auto begin = std::chrono::steady_clock::now();
  std::vector<std::jthread> pool;
  for (unsigned i = 0; i < threads; ++i) pool.emplace_back(work);
  pool.clear();
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
  if (!all_good) throw std::runtime_error("a run did not finish");
  return {(process::cpu_seconds() - cpu) / (runs * static_cast<double>(threads)), wall.count()};
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void compare(int runs) {
  const stook::agent agent{
      {.name = "adder",
       .instructions = agent_step::system_prompt,
       .model = std::make_shared<stateless_model>(),
       .tools = {{"add", "Adds two numbers.", stook::pure, [](pair_of_numbers p) { return p.a + p.b; }}},
       .limits = {.steps = 1000, .tool_calls = 1000}}};
  run_on(agent, 1, runs);  // warms up
  std::cout << "threads  CPU us/step  to one thread       at once, of the threads\n";
  for (const unsigned threads : {1U, 2U, 4U}) {
    std::vector<double> cpu, ratio, at_once;
    for (int round = 0; round < rounds; ++round) {
      const cost alone = run_on(agent, 1, runs), together = run_on(agent, threads, runs);
      cpu.push_back(together.cpu * 1e6 / (steps + 1));
      ratio.push_back(together.cpu / alone.cpu);
      at_once.push_back(alone.wall * threads / together.wall);
    }
    const auto [least, most] = std::minmax_element(ratio.begin(), ratio.end());
    std::cout << fmt::format("{:7}  {:11.3f}  {:4.2f} ({:.2f} to {:.2f})  {:.2f}\n", threads, median(cpu),
                             median(ratio), *least, *most, median(at_once));
  }
}

}  // namespace

int main(int count, char** arguments) {
  try {
    int runs = 2000;
    if (count > 2 ||
        (count == 2 &&
         (std::from_chars(arguments[1], arguments[1] + std::strlen(arguments[1]), runs).ec != std::errc{} ||
          runs < 1))) {
      throw std::runtime_error("expected: bench_agent_threads [RUNS of a thread]");
    }
    compare(runs);
    return 0;
  } catch (const std::exception& e) {
    std::cerr << "bench_agent_threads: " << e.what() << '\n';
    return 1;
  }
}
