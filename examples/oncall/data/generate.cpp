#include <oncall/data/generate.hpp>

#include <fstream>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <boost/json.hpp>

#include <oncall/data/csv_writer.hpp>
#include <oncall/data/story.hpp>
#include <stook/core/error.hpp>
#include <stook/core/json.hpp>

namespace stook::sre {
namespace {

using namespace std::chrono_literals;

struct harmless_change {
  std::chrono::minutes after_start;
  std::string_view kind, service, detail;
};

constexpr std::array<harmless_change, 2> harmless_changes{{
    {5h + 12min, "config_change", "search", "result cache: time to live 60 s, was 30 s"},
    {9h + 7min, "deploy", "catalog", "catalog 2.14.0, new product images"},
}};

std::string events_csv(const generate_options& options) {
  std::string out = "ts,kind,service,detail\n";
  for (const harmless_change& change : harmless_changes) {
    out +=
        fmt::format("{},{},{},", to_string(options.start + change.after_start), change.kind, change.service);
    append_csv_field(out, change.detail);
    out += '\n';
  }
  return out;
}

std::string topology_csv() {
  std::string out = "caller,callee\n";
  std::set<std::pair<std::string_view, std::string_view>> written;
  for (const story::route& route : story::routes) {
    for (std::size_t hop = 1; hop < route.hops; ++hop) {
      const auto call = std::pair{route.services[hop - 1], route.services[hop]};
      if (written.insert(call).second) out += fmt::format("{},{}\n", call.first, call.second);
    }
  }
  return out;
}

template <class Strings>
boost::json::array array_of(const Strings& strings) {
  boost::json::array out;
  for (const std::string_view text : strings) out.emplace_back(text);
  return out;
}

void tell_incident(boost::json::object& truth, const generate_options& options,
                   const story::generated_logs& logs) {
  const auto sample = [&](std::size_t i) { return to_string(options.start + std::chrono::minutes{i}); };
  truth["window"] = {{"start", sample(story::incident_first)},
                     {"end", sample(story::incident_end)},
                     {"first_sample", story::incident_first},
                     {"last_sample", story::incident_end - 1},
                     {"minutes", story::incident_end - story::incident_first}};
  truth["services"] = array_of(story::struck_services);
  boost::json::array endpoints;
  for (const story::route& route : story::routes) {
    if (route.struck) endpoints.emplace_back(route.endpoint);
  }
  truth["endpoints"] = std::move(endpoints);
  truth["error_kinds"] = array_of(story::struck_kinds);
  boost::json::object counts;
  for (const auto& [kind, count] : logs.error_counts) counts[kind] = count;
  truth["error_counts"] = std::move(counts);
  truth["root_cause"] = {{"service", "db-proxy"},
                         {"error_kind", "DBConnPoolExhausted"},
                         {"mechanism", "the connection pool of db-proxy runs out"}};
}

std::string truth_json(const generate_options& options, const story::generated_logs& logs) {
  boost::json::object truth{{"seed", options.seed},
                            {"kind", options.quiet ? "quiet" : "incident"},
                            {"start", to_string(options.start)},
                            {"end", to_string(options.start + 24h)},
                            {"files", {"metrics.csv", "logs.csv", "events.csv", "topology.csv"}},
                            {"metric_rows", story::samples},
                            {"log_rows", story::log_rows},
                            {"window", nullptr},
                            {"services", boost::json::array{}},
                            {"endpoints", boost::json::array{}},
                            {"error_kinds", boost::json::array{}},
                            {"error_counts", boost::json::object{}},
                            {"root_cause", nullptr}};
  if (!options.quiet) tell_incident(truth, options, logs);
  boost::json::array harmless;
  for (const harmless_change& change : harmless_changes) {
    harmless.push_back({{"ts", to_string(options.start + change.after_start)},
                        {"kind", change.kind},
                        {"service", change.service}});
  }
  truth["harmless_events"] = std::move(harmless);
  return dump_json_pretty(truth);
}

}  // namespace

double story::progress(const generate_options& options, std::size_t minute) {
  if (options.quiet || minute < incident_first || minute >= incident_end) return -1;
  return static_cast<double>(minute - incident_first) /
         static_cast<double>(incident_end - 1 - incident_first);
}

generated_day generate_day(const generate_options& options) {
  story::generated_logs logs = story::logs_csv(options);
  generated_day day{.metrics_csv = story::metrics_csv(options),
                    .logs_csv = {},
                    .events_csv = events_csv(options),
                    .topology_csv = topology_csv(),
                    .truth_json = truth_json(options, logs)};
  day.logs_csv = std::move(logs.csv);
  return day;
}

void write_day(const generated_day& day, const std::filesystem::path& directory) {
  std::error_code failed;
  std::filesystem::create_directories(directory, failed);
  const std::pair<const char*, const std::string&> files[] = {{"metrics.csv", day.metrics_csv},
                                                              {"logs.csv", day.logs_csv},
                                                              {"events.csv", day.events_csv},
                                                              {"topology.csv", day.topology_csv},
                                                              {"truth.json", day.truth_json}};
  for (const auto& [name, bytes] : files) {
    const std::filesystem::path file = directory / name;
    std::ofstream out(file, std::ios::binary);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    out.close();
    if (!out) {
      throw error("output_write",
                  fmt::format("{}: cannot write the file; expected a directory that can be written to",
                              file.string()));
    }
  }
}

}  // namespace stook::sre
