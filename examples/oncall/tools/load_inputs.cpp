#include <algorithm>
#include <array>
#include <filesystem>

#include <fmt/format.h>
#include <boost/json/value.hpp>

#include <oncall/tools/lines_of.hpp>
#include <oncall/tools/observations.hpp>
#include <oncall/tools/reports.hpp>
#include <oncall/tools/tools.hpp>
#include <stook/core/codec.hpp>

namespace stook::sre {
namespace {

std::vector<std::string> input_names(const input_files& f) {
  std::vector<std::string> out;
  if (!f.metrics.empty()) out.emplace_back("metrics");
  if (!f.logs.empty()) out.emplace_back("logs");
  if (!f.events.empty()) out.emplace_back("events");
  if (!f.topology.empty()) out.emplace_back("topology");
  return out;
}

input_summary summarize(std::string input, const input_report& from) {
  input_summary out{.input = std::move(input),
                    .file = std::filesystem::path(from.path).filename().string(),
                    .rows = from.rows,
                    .rejected_lines = from.rejected(),
                    .first = from.first,
                    .last = from.last,
                    .columns = from.columns};
  for (const issue_group& group : from.issues) {
    out.oddities.push_back(fmt::format("{} x {}: {}", group.count, name(group.issue), meaning(group.issue)));
  }
  return out;
}

std::string gist(const inputs_report& report) {
  std::string out;
  for (const input_summary& in : report.inputs)
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", in.input, in.rows);
  return out + " rows";
}

std::vector<input_summary> summarize_all(const investigation& about) {
  const auto names = input_names(about.options().files);
  std::vector<input_summary> out;
  for (std::size_t i = 0; i < names.size(); ++i) out.push_back(summarize(names[i], about.data().reports[i]));
  return out;
}

}  // namespace

observation observe_inputs(const investigation& about) {
  json inputs = to_json(summarize_all(about));
  for (json& input : inputs.as_array()) input.as_object().erase("file");
  const time_span all = about.span();
  const auto rows = static_cast<std::int64_t>(inputs.as_array().size());
  return {.tool = "load_inputs",
          .query = "{}",
          .from = all.start,
          .to = all.end,
          .result = std::move(inputs),
          .rows = rows};
}

tool load_inputs_tool(std::shared_ptr<investigation> about) {
  return tool("load_inputs",
              "Load the telemetry of this investigation: metrics, logs, and where given changes and the call "
              "graph. Takes no arguments, the files are already chosen. Call it first, once.",
              {.effect = reads, .exclusive = {"investigation"}, .outputs = {{"inputs"}}},
              [about](const run_context& context) {
                const auto guard = about->lock();
                about->load();
                if (about->run_id.empty()) about->run_id = context.run_id();
                inputs_report out;
                out.inputs = summarize_all(*about);
                out.tables = lines_of(about->database().schema_text());
                out.evidence = about->record("inputs", observe_inputs(*about));
                context.progress(gist(out), 1);
                return out;
              });
}

}  // namespace stook::sre
