#include <oncall/data/incident_data.hpp>

#include <utility>

#include <fmt/format.h>

#include <oncall/data/loaders.hpp>
#include <stook/core/error.hpp>

namespace stook::sre {
namespace {

sqlite::database open_database(const std::filesystem::path& file) {
  if (file.empty()) return sqlite::database::memory();
  std::error_code unknown;
  if (const auto size = std::filesystem::file_size(file, unknown); !unknown && size > 0) {
    throw error("output_exists",
                fmt::format("{}: expected a new or empty file for the database, found {} bytes",
                            file.string(), size));
  }
  return sqlite::database::open(file);
}

}  // namespace

incident_data load_incident(const input_files& files, const incident_options& options) {
  if (files.metrics.empty() && files.logs.empty() && files.events.empty() && files.topology.empty()) {
    throw error("input_missing", "expected at least one input file, such as metrics.csv, got none");
  }
  incident_data data{.metrics = {},
                     .logs = {},
                     .events = {},
                     .topology = {},
                     .reports = {},
                     .database = open_database(options.database)};
  if (!files.metrics.empty()) {
    loaded_metrics in = load_metrics(files.metrics, options.read, options.masks);
    data.metrics = std::move(in.table);
    data.reports.push_back(std::move(in.report));
  }
  if (!files.logs.empty()) {
    loaded_logs in = load_logs(files.logs, options.read, options.masks);
    data.logs = std::move(in.table);
    data.reports.push_back(std::move(in.report));
  }
  if (!files.events.empty()) {
    loaded_events in = load_events(files.events, options.read, options.masks);
    data.events = std::move(in.events);
    data.reports.push_back(std::move(in.report));
  }
  if (!files.topology.empty()) {
    loaded_topology in = load_topology(files.topology, options.read, options.masks);
    data.topology = std::move(in.calls);
    data.reports.push_back(std::move(in.report));
  }
  sqlite::database made = make_database(
      {.metrics = data.metrics, .logs = data.logs, .events = data.events, .topology = data.topology});
  if (options.database.empty()) {
    data.database = std::move(made);
  } else {
    made.copy_to(data.database);
  }
  return data;
}

}  // namespace stook::sre
