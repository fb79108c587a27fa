#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <oncall/data/incident_data.hpp>
#include <oncall/evidence/evidence.hpp>
#include <oncall/mitigation/catalogue.hpp>
#include <oncall/postmortem/postmortem.hpp>
#include <oncall/tools/reports.hpp>
#include <stook/core/clock.hpp>
#include <stook/sql/readonly.hpp>

namespace stook::sre {

/// What an investigation is about and by which rules. Nothing of it is seen or chosen by a model.
struct investigation_options {
  input_files files{};
  std::shared_ptr<stook::clock> clock{};  ///< null: the system's
  catalogue actions = default_catalogue();
  service_owners owners{};
  service_objective objective{};
  std::string tool_version{};
  std::optional<std::string> model{};  ///< name of the language model; nothing if rules decide
  std::vector<std::string> notes{};    ///< for the postmortem's data_quality
  redactor masks{};                    ///< takes secrets out of the inputs
};

/// Everything that one run of the team works on: the inputs, what was established, the evidence, the
/// postmortem. The tools of one team share it; each team has its own. The tools hold `lock()` while they use
/// it, so a team may run on several threads.
class investigation {
 public:
  explicit investigation(investigation_options options);

  std::unique_lock<std::mutex> lock() const { return std::unique_lock(mutex_); }
  const investigation_options& options() const { return options_; }

  /// Reads the files; the second time nothing. Throws `error` as `load_incident` does.
  void load();
  /// Throws `error` (not_loaded) before `load`.
  const incident_data& data() const;
  /// The inputs as tables, for SQL that nobody trusts.
  const sqlite::readonly& database() const;

  /// Fills in the path and digest of one input, "metrics" or "logs", or of all of them, "inputs".
  void name_source(std::string_view input, observation& seen) const;
  /// Evidence about one input, "metrics" or "logs", or about all of them, "inputs": tool and query as given,
  /// path and digest filled in. Returns its id.
  std::string record(std::string_view input, observation seen);
  const evidence_log& evidence() const { return evidence_; }
  evidence_log& evidence() { return evidence_; }
  /// The first and last instant of the inputs.
  time_span span() const;

  std::vector<detected_window> windows{};
  std::optional<detection_report> detection{};  ///< of all metrics together
  std::vector<clock_skew_note> clock_skew{};
  std::vector<std::string> dropped{};  ///< what was left out of a finding, and why: see vet_finding
  std::string run_id{};
  std::optional<postmortem> document{};

 private:
  mutable std::mutex mutex_;
  investigation_options options_;
  evidence_log evidence_;
  std::optional<incident_data> data_;
  std::optional<sqlite::readonly> database_;
};

/// What `draft_postmortem` is told about the investigation, apart from the finding and what rests on it.
draft_inputs draft_inputs_of(const investigation& about);

}  // namespace stook::sre
