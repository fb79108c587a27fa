#pragma once

#include <optional>
#include <string>
#include <vector>

#include <oncall/eval/truth.hpp>
#include <oncall/postmortem/document.hpp>
#include <stook/core/describe.hpp>

namespace stook::sre::eval {

/// What a postmortem says about one incident, as far as it is judged.
struct answered_incident {
  timestamp start{};
  std::optional<timestamp> end{};
  std::vector<std::string> services{};  ///< blamed, the likeliest first; empty text: outside of the telemetry
  failure_mechanism mechanism = failure_mechanism::unknown;
  std::optional<timestamp> trigger{};
  std::optional<quantity> failed_requests{};
};

/// What is judged of a postmortem.
struct day_answer {
  std::vector<answered_incident> incidents{};
  bool verified = false;  ///< each claim holds; `answer_of` judges by the document alone
  bool schema = false;    ///< it reads back as what it was
};

/// Reads the text of a postmortem.json as a judge does: not trusting that it is one.
day_answer answer_of(const std::string& postmortem_json);

/// Each from 0 to 1; of several incidents the mean, and of one that was missed 0. On a quiet day `count`,
/// `verification` and `schema` alone count.
struct case_score {
  double count = 0;      ///< as many incidents as there were
  double iou = 0;        ///< overlap of told and true window over their union
  double service_1 = 0;  ///< the service at fault is the one blamed
  double service_3 = 0;  ///< or one of the first two alternatives
  double mechanism = 0;
  double trigger = 0;  ///< the change that set it off, or none where there was none
  double decoys = 0;   ///< nothing innocent is blamed
  double impact = 0;   ///< failed requests: 1 to 10 % off or in the band, 0 from 50 % on
  double verification = 0;
  double schema = 0;
  double points = 0;  ///< of 100
};
STOOK_DESCRIBE(case_score, (count), (iou), (service_1), (service_3), (mechanism), (trigger), (decoys),
               (impact), (verification), (schema), (points))

/// Points of a day with a fault: window 20, service 20 and 5 for the first three, mechanism 15, count 10,
/// trigger 10, and 5 each for decoys, impact, verification and schema. Of a quiet day: 80 for no window, 10
/// each for verification and schema; a false window leaves 0.
case_score score(const truth& truly, const day_answer& told);

}  // namespace stook::sre::eval
