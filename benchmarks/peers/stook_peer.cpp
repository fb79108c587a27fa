// stook's side of `run`, and the hand-written loop's: takes the orders that worker.py describes.

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <stook/stook.hpp>

#include "agent_step/workload.hpp"
#include "pipeline/common.hpp"
#include "process.hpp"

namespace {

namespace asio = boost::asio;

std::string time_of(std::int64_t (*run)(int), int steps, int runs) {
  const double begin = process::cpu_seconds();
  for (int i = 0; i < runs; ++i) {
    if (run(steps) != agent_step::expected(steps)) throw std::runtime_error("wrong sum");
  }
  return fmt::format(R"({{"cpu_seconds":{}}})", process::cpu_seconds() - begin);
}

std::string time_of_chain(std::unique_ptr<runner> (*make)(const shape&), int nodes, int runs) {
  const auto size = static_cast<std::size_t>(nodes);
  shape s{"chain", size, std::vector<std::vector<std::size_t>>(size)};
  for (std::size_t n = 0; n + 1 < size; ++n) s.next[n] = {n + 1};
  const auto chain = make(s);
  if (chain->run() != nodes + 1) throw std::runtime_error("the chain adds wrongly");
  const double begin = process::cpu_seconds();
  for (int i = 0; i < runs; ++i) chain->run();
  return fmt::format(R"({{"cpu_seconds":{}}})", process::cpu_seconds() - begin);
}

struct pair_of_numbers {
  int a = 0;
  int b = 0;
};
STOOK_DESCRIBE(pair_of_numbers, (a, "First number", stook::at_least{0}),
               (b, "Second number", stook::at_least{0}))

// Sleeps as a network would let it wait.
class sleeping_model final : public stook::waiting_model {
 public:
  std::string name() const override { return "sleeping"; }
  stook::task<stook::chat_reply> async_generate(const stook::chat_request& request,
                                                stook::generation&) override {
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor, std::chrono::milliseconds(delay));
    auto wait = timer.async_wait(asio::use_awaitable);
    co_await std::move(wait);
    const int step = static_cast<int>((request.messages.size() - 2) / 2);
    if (step == wanted) co_return stook::scripted_model::says(agent_step::final_text);
    co_return stook::scripted_model::calls("add", agent_step::arguments_of(step), agent_step::id_of(step));
  }

  int wanted = 0;
  int delay = 0;  // ms
};

stook::agent adder(std::shared_ptr<stook::chat_model> model, std::int64_t& sum) {
  return stook::agent{{.name = "adder",
                       .instructions = agent_step::system_prompt,
                       .model = std::move(model),
                       .tools = {{"add", "Adds two numbers.", stook::pure, [&sum](pair_of_numbers p) {
                                    sum += p.a + p.b;
                                    return p.a + p.b;
                                  }}}}};
}

// All agents on one thread; the sum of what their tools said.
std::int64_t run_all(const stook::agent& agent, int agents, std::int64_t& sum) {
  sum = 0;
  int ended_well = 0;
  asio::io_context io(1);
  stook::run_options options;
  for (int i = 0; i < agents; ++i) {
    asio::co_spawn(io, agent.async_run(agent_step::user_prompt, options),
                   [&](std::exception_ptr, stook::answer a) { ended_well += a.ok() ? 1 : 0; });
  }
  io.run();
  return ended_well == agents ? sum : -1;
}

std::string agents_at_once(int agents, int steps) {
  std::int64_t sum = 0;
  const auto model = std::make_shared<sleeping_model>();
  model->wanted = steps;
  const stook::agent agent = adder(model, sum);
  run_all(agent, 3, sum);
  model->delay = 100;
  const long before = process::resident_kib();
  const double cpu = process::cpu_seconds();
  const auto begin = std::chrono::steady_clock::now();
  if (run_all(agent, agents, sum) != agents * agent_step::expected(steps)) {
    throw std::runtime_error("an agent did not end as it should");
  }
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
  const double used = process::cpu_seconds() - cpu;
  return fmt::format(R"({{"wall_seconds":{},"cpu_seconds":{},"kib_per_agent":{}}})", wall.count(), used,
                     static_cast<double>(process::peak_kib() - before) / agents);
}

// One tool call and no more, as peers do it with the argument `first`; says how much memory the process took.
int first() {
  std::int64_t sum = 0;
  auto model = std::make_shared<stook::scripted_model>(
      std::vector<stook::chat_reply>{stook::scripted_model::calls("add", agent_step::arguments_of(0)),
                                     stook::scripted_model::says(agent_step::final_text)});
  const stook::agent agent = adder(model, sum);
  const stook::answer answer = agent.run(agent_step::user_prompt);
  if (!answer.ok() || sum != agent_step::expected(1)) return 1;
  fmt::print("{{\"peak_kib\":{}}}\n", process::peak_kib());
  return 0;
}

std::string obey(const std::string& work, int size, int count) {
  if (work == "step") return time_of(agent_step::stook_sync, size, count);
  if (work == "coroutine") return time_of(agent_step::stook_coroutine, size, count);
  if (work == "loop") return time_of(agent_step::hand_written_loop, size, count);
  if (work == "chain") return time_of_chain(make_stook, size, count);
  if (work == "naive") return time_of_chain(make_naive, size, count);
  if (work == "agents") return agents_at_once(size, count);
  throw std::runtime_error("expected step, coroutine, loop, chain, naive or agents");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && std::string(argv[1]) == "first") return first();
  std::string work;
  int size = 0, count = 0;
  while (std::cin >> work >> size >> count) {
    try {
      std::cout << obey(work, size, count) << std::endl;
    } catch (const std::exception& why) {
      std::cout << fmt::format(R"({{"error":"{}"}})", why.what()) << std::endl;
    }
  }
}
