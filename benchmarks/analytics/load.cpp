// Loading and mining of log rows. One order a process; each prints its figures as lines of JSON
// (measure.hpp):
//   bench_rows write ROWS whole|narrow FILE
//   bench_rows load|load_digest|bare|bare_indexed|mine|path FILE

#include <chrono>
#include <cstdint>
#include <exception>
#include <iostream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include <oncall/data/generate.hpp>
#include <oncall/data/incident_data.hpp>
#include <oncall/data/loaders.hpp>
#include <oncall/logs/log_scan.hpp>
#include <oncall/logs/template_miner.hpp>

#include "bare_load.hpp"
#include "made_logs.hpp"
#include "measure.hpp"
#include "process.hpp"

namespace {

using namespace analytics;
using namespace stook::sre;

/// The product: everything that `oncall` does before it looks at the logs. `digest`: as for an investigation,
/// whose evidence names the bytes that it is about.
void load(const std::string& file, bool digest) {
  const double begin = process::cpu_seconds();
  const incident_data data = load_incident({.logs = file}, {.read = {.digest = digest}});
  const double took = process::cpu_seconds() - begin;
  print_figure("load", took, summary_of_logs(data.database.handle(), "ts_us"));
}

void load_bare(const std::string& file, bool as_the_product) {
  const double begin = process::cpu_seconds();
  sqlite3* db = bare_load(file, as_the_product);
  const double took = process::cpu_seconds() - begin;
  print_figure("load", took, summary_of_logs(db, as_the_product ? "ts_us" : "ts"));
  sqlite3_close(db);
}

/// Mining alone: the messages are in memory.
void mine(const std::string& file) {
  const log_table logs = load_logs(file).table;
  const double begin = process::cpu_seconds();
  template_miner miner;
  std::map<std::uint32_t, std::uint64_t> counts;
  std::vector<std::uint32_t> ids;
  ids.reserve(logs.size());
  for (std::size_t row = 0; row < logs.size(); ++row) ids.push_back(miner.add(logs.message[row]));
  const double took = process::cpu_seconds() - begin;
  for (const std::uint32_t id : ids) ++counts[id];
  print_figure(
      "mine", took,
      fmt::format(R"({{"rows":{},"templates":{},"first":{}}})", ids.size(), counts.size(), counts[0]));
}

/// From the file to the ranked result of the incident's window, the database included.
void path(const std::string& file) {
  const double begin = process::cpu_seconds();
  const incident_data data = load_incident({.logs = file});
  const stook::timestamp from = generate_options{}.start + std::chrono::minutes{892};
  const log_scan scan = scan_logs(data.logs, {.from = from, .to = from + std::chrono::minutes{144}});
  const double took = process::cpu_seconds() - begin;
  print_figure("path", took,
               fmt::format(R"({{"rows":{},"lines":{},"error_lines":{},"first":"{}"}})", data.logs.size(),
                           scan.lines, scan.error_lines, scan.signals.empty() ? "" : scan.signals[0].kind));
}

int run(const std::vector<std::string>& order) {
  const std::string& verb = order[0];
  const std::string& file = order.back();
  if (verb == "write" && order.size() == 4) {
    write_logs(file, std::stoul(order[1]), order[2] == "narrow" ? shape::narrow : shape::whole);
  } else if ((verb == "load" || verb == "load_digest") && order.size() == 2) {
    load(file, verb == "load_digest");
  } else if ((verb == "bare" || verb == "bare_indexed") && order.size() == 2) {
    load_bare(file, verb == "bare_indexed");
  } else if (verb == "mine" && order.size() == 2) {
    mine(file);
  } else if (verb == "path" && order.size() == 2) {
    path(file);
  } else {
    std::cerr
        << "bench_rows: expected write ROWS whole|narrow FILE, or load, load_digest, bare, bare_indexed, "
           "mine or path with a FILE\n";
    return 2;
  }
  return 0;
}

}  // namespace

int main(int count, char** arguments) try {
  return run(count > 1 ? std::vector<std::string>(arguments + 1, arguments + count)
                       : std::vector<std::string>{""});
} catch (const std::exception& why) {
  std::cerr << "bench_rows: " << why.what() << '\n';
  return 1;
}
