// One agent step: what the library costs beside a hand-written loop, and whether it stays flat.

#include <cstdint>
#include <cstdlib>
#include <new>

#include <benchmark/benchmark.h>

#include "workload.hpp"

namespace {

std::int64_t allocations = 0;

}  // namespace

void* operator new(std::size_t size) {
  ++allocations;
  if (void* place = std::malloc(size)) return place;
  throw std::bad_alloc();
}
void operator delete(void* place) noexcept { std::free(place); }
void operator delete(void* place, std::size_t) noexcept { std::free(place); }

namespace {

template <std::int64_t (*Run)(int)>
void run(benchmark::State& state) {
  const int steps = static_cast<int>(state.range(0));
  const std::int64_t before = allocations;
  for (auto _ : state) {
    if (Run(steps) != agent_step::expected(steps)) {
      state.SkipWithError("wrong sum");
      break;
    }
  }
  const double all_steps = static_cast<double>(state.iterations()) * (steps + 1);
  state.counters["per_step"] =
      benchmark::Counter(all_steps, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["allocations"] = static_cast<double>(allocations - before) / all_steps;
}

}  // namespace

BENCHMARK(run<agent_step::hand_written_loop>)->Name("hand_written_loop")->Arg(5)->Arg(20)->Arg(100);
BENCHMARK(run<agent_step::stook_sync>)->Name("stook_sync")->Arg(5)->Arg(20)->Arg(100);
BENCHMARK(run<agent_step::stook_coroutine>)->Name("stook_coroutine")->Arg(5)->Arg(20)->Arg(100);
BENCHMARK(run<agent_step::stook_coroutine_tool>)->Name("stook_coroutine_tool")->Arg(5)->Arg(20)->Arg(100);
BENCHMARK(run<agent_step::stook_coroutine_both>)->Name("stook_coroutine_both")->Arg(5)->Arg(20)->Arg(100);

BENCHMARK_MAIN();
