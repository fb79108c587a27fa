// Takes part in the work `detection` of `run`: bench_detection DAYS, a made day with an incident and quiet
// days behind it, three metrics, a sample a minute. One figure, of all rows.

#include <charconv>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <stdexcept>
#include <string>

#include <unistd.h>

#include <oncall/data/generate.hpp>
#include <oncall/data/loaders.hpp>
#include <oncall/detect/detector.hpp>

#include "measure.hpp"

namespace {

using namespace stook::sre;

metrics_table made_days(int days) {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("stook_bench_detection_" + std::to_string(getpid()));
  metrics_table out;
  for (int day = 0; day < days; ++day) {
    generate_options options{.seed = static_cast<std::uint64_t>(7 + day), .quiet = day > 0};
    options.start = options.start + std::chrono::hours(24) * day;
    write_day(generate_day(options), folder);
    metrics_table one = load_metrics(folder / "metrics.csv").table;
    if (day == 0) {
      out = std::move(one);
      continue;
    }
    out.ts.insert(out.ts.end(), one.ts.begin(), one.ts.end());
    for (std::size_t i = 0; i < out.series.size(); ++i) {
      auto& values = out.series[i].values;
      values.insert(values.end(), one.series[i].values.begin(), one.series[i].values.end());
    }
  }
  std::filesystem::remove_all(folder);
  return out;
}

}  // namespace

int main(int count, char** arguments) {
  try {
    int days = 0;
    if (count != 2 ||
        std::from_chars(arguments[1], arguments[1] + std::strlen(arguments[1]), days).ec != std::errc{} ||
        days < 1) {
      throw std::runtime_error("expected: bench_detection DAYS");
    }
    const metrics_table table = made_days(days);
    detection found;
    const double one = analytics::cpu_of_one([&] { found = detect_windows(table); });
    analytics::print_figure("detection", one, std::to_string(found.windows.size()));
    return 0;
  } catch (const std::exception& e) {
    std::cerr << "bench_detection: " << e.what() << '\n';
    return 1;
  }
}
