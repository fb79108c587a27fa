#include <oncall/tools/investigation.hpp>

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include <stook/core/digest.hpp>
#include <stook/core/error.hpp>

namespace stook::sre {
namespace {

std::shared_ptr<stook::clock> clock_of(const investigation_options& options) {
  return options.clock ? options.clock : system_clock();
}

// The reports of load_incident have no names: they come in this order, one a file that was given.
const input_report* report_of(const investigation_options& options, const incident_data& data,
                              std::string_view input) {
  const input_files& f = options.files;
  const std::array<std::pair<std::string_view, bool>, 4> given{{{"metrics", !f.metrics.empty()},
                                                                {"logs", !f.logs.empty()},
                                                                {"events", !f.events.empty()},
                                                                {"topology", !f.topology.empty()}}};
  std::size_t at = 0;
  for (const auto& [name, is_there] : given) {
    if (name == input) return is_there ? &data.reports[at] : nullptr;
    at += is_there;
  }
  return nullptr;
}

// Secrets are counted; what reads like an instruction is quoted with its place, to be looked at by a person.
void add_what_was_hostile(const input_report& report, draft_inputs& in) {
  in.redactions += static_cast<std::int64_t>(report.count(input_issue::secret));
  const std::string file = std::filesystem::path(report.path).filename().string();
  for (const issue_group& group : report.issues) {
    if (group.issue != input_issue::suspected_injection) continue;
    for (const issue_detail& d : group.first)
      in.suspected_injection.push_back(fmt::format("{}:{}: {}", file, d.line, d.text));
    if (group.count > group.first.size())
      in.suspected_injection.push_back(
          fmt::format("{}: {} more lines", file, group.count - group.first.size()));
  }
}

}  // namespace

investigation::investigation(investigation_options options)
    : options_(std::move(options)), evidence_(clock_of(options_)) {}

void investigation::load() {
  if (data_) return;
  incident_data loaded = load_incident(options_.files, {.read = {.digest = true}, .masks = options_.masks});
  const sqlite::readonly_options limits = limits_of_question(loaded.database);
  database_ = sqlite::lock_readonly(std::move(loaded.database), limits);
  data_ = std::move(loaded);
}

const incident_data& investigation::data() const {
  if (data_) return *data_;
  throw error({"not_loaded", "the inputs are not loaded yet", "call load_inputs first"});
}

const sqlite::readonly& investigation::database() const {
  data();
  return *database_;
}

void investigation::name_source(std::string_view input, observation& seen) const {
  if (const input_report* report = report_of(options_, data(), input)) {
    seen.source = report->path;
    seen.source_digest = report->sha256;
  } else {
    std::string digests;
    for (const input_report& r : data().reports) {
      seen.source += (seen.source.empty() ? "" : ", ") + r.path;
      digests += r.sha256;
    }
    seen.source_digest = stook::sha256_hex(digests);
  }
}

std::string investigation::record(std::string_view input, observation seen) {
  name_source(input, seen);
  return evidence_.record(std::move(seen));
}

time_span investigation::span() const {
  std::optional<timestamp> first, last;
  for (const input_report& r : data().reports) {
    if (r.first && (!first || *r.first < *first)) first = r.first;
    if (r.last && (!last || *r.last > *last)) last = r.last;
  }
  return {first.value_or(timestamp{}), last.value_or(timestamp{})};
}

draft_inputs draft_inputs_of(const investigation& about) {
  const incident_data& data = about.data();
  const investigation_options& o = about.options();
  draft_inputs in;
  in.windows = about.windows;
  in.quality_notes = o.notes;
  if (about.detection) {
    in.detection_evidence = {about.detection->evidence};
    const auto& notes = about.detection->notes;
    in.quality_notes.insert(in.quality_notes.end(), notes.begin(), notes.end());
  }
  in.metrics = &data.metrics;
  in.events = data.events;
  in.topology = data.topology;
  in.reports = data.reports;
  in.actions = &o.actions;
  in.owners = o.owners;
  in.objective = o.objective;
  for (const input_report& report : data.reports) add_what_was_hostile(report, in);
  in.clock_skew = about.clock_skew;
  in.left_out = about.dropped;
  in.tool_version = o.tool_version;
  in.model = o.model;
  in.run_id = about.run_id;
  return in;
}

}  // namespace stook::sre
