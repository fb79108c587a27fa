// Log analysis: template mining alone, and a scan of a tenth of the day, over the lines of made days.

#include <chrono>
#include <cstdint>
#include <filesystem>

#include <benchmark/benchmark.h>

#include <oncall/data/generate.hpp>
#include <oncall/data/loaders.hpp>
#include <oncall/logs/log_scan.hpp>
#include <oncall/logs/template_miner.hpp>

namespace {

using namespace stook::sre;

/// The rows of a made day, each so many times.
log_table made_logs(std::size_t copies) {
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / "stook_bench_logs";
  write_day(generate_day(), folder);
  const log_table day = load_logs(folder / "logs.csv").table;
  std::filesystem::remove_all(folder);
  log_table out;
  for (std::size_t row = 0; row < day.size(); ++row) {
    for (std::size_t copy = 0; copy < copies; ++copy) {
      out.ts.push_back(day.ts[row]);
      out.service.push_back(day.service[row]);
      out.region.push_back(day.region[row]);
      out.level.push_back(day.level[row]);
      out.error_kind.push_back(day.error_kind[row]);
      out.endpoint.push_back(day.endpoint[row]);
      out.latency_ms.push_back(day.latency_ms[row]);
      out.trace_id.push_back(day.trace_id[row]);
      out.user_id.push_back(day.user_id[row]);
      out.message.push_back(day.message[row]);
    }
  }
  return out;
}

void mine(benchmark::State& state) {
  const log_table logs = made_logs(10);
  std::int64_t bytes = 0;
  for (std::size_t row = 0; row < logs.size(); ++row)
    bytes += static_cast<std::int64_t>(logs.message[row].size());
  for (auto _ : state) {
    template_miner miner;
    for (std::size_t row = 0; row < logs.size(); ++row)
      benchmark::DoNotOptimize(miner.add(logs.message[row]));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(logs.size()));
  state.SetBytesProcessed(state.iterations() * bytes);
}

void scan(benchmark::State& state) {
  const log_table logs = made_logs(static_cast<std::size_t>(state.range(0)));
  const stook::timestamp from = generate_options{}.start + std::chrono::minutes{892};
  for (auto _ : state) {
    benchmark::DoNotOptimize(scan_logs(logs, {.from = from, .to = from + std::chrono::minutes{144}}));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(logs.size()));
}

}  // namespace

BENCHMARK(mine)->Unit(benchmark::kMillisecond);
BENCHMARK(scan)->Arg(1)->Arg(111)->Unit(benchmark::kMillisecond);

BENCHMARK_MAIN();
