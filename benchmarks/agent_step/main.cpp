// One agent step: what the library costs beside a hand-written loop, and whether it stays flat.

#include <cstdlib>
#include <string>

#include <benchmark/benchmark.h>

#include "workload.hpp"

namespace {

template <std::int64_t (*Run)(int)>
void run(benchmark::State& state) {
  const int steps = static_cast<int>(state.range(0));
  for (auto _ : state) {
    if (Run(steps) != agent_step::expected(steps)) {
      state.SkipWithError("wrong sum");
      break;
    }
  }
  state.counters["per_step"] = benchmark::Counter(static_cast<double>(state.iterations()) * (steps + 1),
                                                  benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

}  // namespace

BENCHMARK(run<agent_step::hand_written_loop>)->Name("hand_written_loop")->Arg(5)->Arg(20)->Arg(100);
BENCHMARK(run<agent_step::stook_sync>)->Name("stook_sync")->Arg(5)->Arg(20)->Arg(100);
BENCHMARK(run<agent_step::stook_coroutine>)->Name("stook_coroutine")->Arg(5)->Arg(20)->Arg(100);
BENCHMARK(run<agent_step::stook_coroutine_tool>)->Name("stook_coroutine_tool")->Arg(5)->Arg(20)->Arg(100);

BENCHMARK_MAIN();
