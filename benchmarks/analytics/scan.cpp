// Takes part in the work `scan` of `run`: questions to logs that are loaded, over a tenth of the day.
//
//   bench_scan FILE     the counts of a window alone, then all that a scan says of it

#include <filesystem>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include <oncall/data/loaders.hpp>
#include <oncall/logs/log_scan.hpp>
#include <oncall/logs/window_counts.hpp>
#include <stook/core/codec.hpp>

#include "measure.hpp"

namespace {

using namespace stook::sre;

/// The tenth of the day that is the incident of the made days.
const time_window window{.from = stook::timestamp::from_seconds(1'768'435'200 + 892 * 60),
                         .to = stook::timestamp::from_seconds(1'768'435'200 + 1'036 * 60)};

void append(std::string& out, const char* name, const std::vector<value_lines>& list) {
  out += '"';
  out += name;
  out += "\":{";
  for (const value_lines& row : list) {
    if (&row != list.data()) out += ',';
    out += '"' + row.value + "\":" + std::to_string(row.lines);
  }
  out += "},";
}

void measure(const std::filesystem::path& file) {
  const log_table logs = load_logs(file).table;
  window_counts counts;
  const double counting = analytics::cpu_of_one([&] { counts = count_window(logs, window); });
  std::string answer = "{";
  append(answer, "kinds", counts.kinds);
  append(answer, "services", counts.services);
  append(answer, "endpoints", counts.endpoints);
  append(answer, "regions", counts.regions);
  answer +=
      "\"lines\":" + std::to_string(counts.lines) + ",\"p95_ms\":" + stook::to_json_text(counts.p95_ms) + "}";
  analytics::print_figure("counts of the window", counting, answer);

  log_scan scan;
  const double scanning = analytics::cpu_of_one([&] { scan = scan_logs(logs, window); });
  analytics::print_figure("the whole scan", scanning, "{\"lines\":" + std::to_string(scan.lines) + "}");
}

}  // namespace

int main(int count, char** arguments) {
  try {
    if (count != 2) throw std::runtime_error("expected: bench_scan FILE");
    measure(arguments[1]);
    return 0;
  } catch (const std::exception& e) {
    std::cerr << "bench_scan: " << e.what() << '\n';
    return 1;
  }
}
