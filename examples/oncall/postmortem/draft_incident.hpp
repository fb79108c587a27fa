#pragma once

#include <string>
#include <vector>

#include <oncall/postmortem/citations.hpp>

namespace stook::sre {

/// Everything about one incident that has been established, on its way into the document.
struct incident_draft {
  const draft_inputs& inputs;
  const incident_finding& found;
  const detected_window& window;
  const catalogue& actions;
  std::size_t index;   ///< of the incident in the document
  std::string path;    ///< of the finding, for problems: "incidents[0]"
  timestamp data_end;  ///< just behind the last sample
  impact_query asked{};
  impact_measure impact{};
  std::string impact_id{};   ///< evidence of the measurement
  std::string changes_id{};  ///< evidence of the changes around it; empty where there is no list of events
  int dropped = 0;           ///< statements left out
  /// Set where a document is written again, to be compared: what it names as affected stands for the
  /// contributors of the finding, which a document does not keep.
  const impact_section* named = nullptr;

  time_span span() const { return {window.start, window.end.value_or(data_end)}; }
  /// Where its timeline may reach: six hours before, one after.
  time_span around() const;
  /// The change or other event of exactly (to the second) that time, or null.
  const change_event* event_at(timestamp t) const;
};

/// The incident's section of the document. What does not hold goes into `check`.
incident make_incident(incident_draft& draft, citation_check& check);

/// Measures the impact and lists the changes, and records both.
void measure(incident_draft& draft, evidence_log& log);
/// Just behind the last sample.
timestamp end_of(const metrics_table& metrics);
data_quality quality_of(const draft_inputs& in, int dropped);
inline constexpr std::size_t max_quality_notes = 60;
/// What the day's summary takes from those of its incidents.
std::vector<claim> day_summary(const std::vector<incident>& incidents);

inline constexpr std::string_view no_incident_sentence =
    "No incident: the detector found no window in which the metrics left their baseline";
inline constexpr std::string_view inconclusive_sentence =
    "Inconclusive: the data do not allow to say whether there was an incident";
/// Between what would refute a cause and how to look for that.
inline constexpr std::string_view check_mark = " Check: ";
/// What would refute a cause, as a sentence with its end.
std::string falsifier_sentence(std::string_view falsifier);
/// Both in one text.
std::string refutation(std::string_view falsifier, std::string_view check);
/// The alternative of an incident that has none.
alternative untested_alternative(const std::string& impact_id);

/// "deploy of payments: version 2"; without numbers that its cut has broken.
std::string describe(const change_event& event);

/// Parts of `make_incident` that stand in files of their own.
std::vector<action_item> make_action_items(const incident_draft& draft,
                                           const std::vector<mitigation>& proposed);
runbook make_runbook(const incident_draft& draft, const incident& made,
                     const std::vector<mitigation>& proposed);

}  // namespace stook::sre
