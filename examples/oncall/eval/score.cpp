#include <oncall/eval/score.hpp>

#include <algorithm>
#include <cmath>

#include <oncall/postmortem/postmortem.hpp>
#include <oncall/postmortem/render.hpp>
#include <stook/core/error.hpp>

namespace stook::sre::eval {
namespace {

using seconds = std::chrono::duration<double>;

std::string text_of(const nullable<std::string>& service) {
  const auto* name = std::get_if<std::string>(&service);
  return name ? *name : std::string();
}

answered_incident read(const incident& i) {
  answered_incident out{.start = i.window.start};
  if (const auto* end = std::get_if<timestamp>(&i.window.end)) out.end = *end;
  out.services.push_back(text_of(i.root_cause.service));
  for (const alternative& other : i.alternatives) out.services.push_back(text_of(other.service));
  out.mechanism = i.root_cause.mechanism;
  out.trigger = i.root_cause.trigger.t;
  if (!i.impact.failed_requests.method.starts_with("not measurable"))
    out.failed_requests = i.impact.failed_requests;
  return out;
}

double overlap(const true_incident& a, const answered_incident& b, timestamp data_end) {
  const timestamp a_end = a.end.value_or(data_end);
  const timestamp b_end = b.end.value_or(data_end);
  const double common = seconds(std::min(a_end, b_end) - std::max(a.start, b.start)).count();
  const double whole = seconds(std::max(a_end, b_end) - std::min(a.start, b.start)).count();
  if (common <= 0 || whole <= 0) return 0;
  const double iou = common / whole;
  return a.end.has_value() == b.end.has_value() ? iou : 0.9 * iou;  // over, or not over: that is told, too
}

bool right_service(const true_incident& truly, const std::string& told) {
  if (!truly.service && told.empty()) return true;
  if (truly.service && *truly.service == told) return true;
  return std::ranges::find(truly.also_services, told) != truly.also_services.end();
}

double trigger_score(const true_incident& truly, const answered_incident& told) {
  if (!truly.trigger) return told.trigger ? 0 : 1;
  if (!told.trigger) return 0;
  return std::chrono::abs(*told.trigger - truly.trigger->t) <= std::chrono::minutes(1) ? 1 : 0;
}

double decoy_score(const truth& truly, const answered_incident& told) {
  const bool blamed =
      std::ranges::find(truly.decoy_services, told.services.front()) != truly.decoy_services.end();
  const bool fell = told.trigger && std::ranges::any_of(truly.decoy_changes, [&](timestamp t) {
                      return std::chrono::abs(*told.trigger - t) <= std::chrono::minutes(1);
                    });
  return blamed || fell ? 0 : 1;
}

double impact_score(const true_incident& truly, const answered_incident& told) {
  if (!told.failed_requests) return 0;
  const quantity& q = *told.failed_requests;
  if (q.low && q.high && truly.failed_requests >= *q.low && truly.failed_requests <= *q.high &&
      *q.high - *q.low <= truly.failed_requests)
    return 1;
  const double off = std::abs(q.value - truly.failed_requests) / std::max(truly.failed_requests, 1.0);
  return std::clamp((0.5 - off) / 0.4, 0.0, 1.0);
}

/// For each true incident the told one that overlaps it most, if any; none is given twice.
std::vector<const answered_incident*> matched(const truth& truly, const day_answer& told) {
  std::vector<const answered_incident*> out;
  for (const true_incident& t : truly.incidents) {
    const answered_incident* best = nullptr;
    double most = 0;
    for (const answered_incident& a : told.incidents) {
      const double iou = overlap(t, a, truly.data_end);
      if (iou <= most || std::ranges::find(out, &a) != out.end()) continue;
      best = &a;
      most = iou;
    }
    out.push_back(best);
  }
  return out;
}

void add(case_score& to, const truth& truly, const true_incident& t, const answered_incident& a) {
  const auto first_three = std::min<std::ptrdiff_t>(3, std::ssize(a.services));
  to.iou += overlap(t, a, truly.data_end);
  to.service_1 += right_service(t, a.services.front()) ? 1 : 0;
  to.service_3 += std::any_of(a.services.begin(), a.services.begin() + first_three,
                              [&](const std::string& s) { return right_service(t, s); })
                      ? 1
                      : 0;
  to.mechanism += std::ranges::find(t.mechanisms, a.mechanism) != t.mechanisms.end() ? 1 : 0;
  to.trigger += trigger_score(t, a);
  to.decoys += decoy_score(truly, a);
  to.impact += impact_score(t, a);
}

}  // namespace

day_answer answer_of(const std::string& postmortem_json) {
  day_answer out;
  postmortem document;
  try {
    document = parse_postmortem(postmortem_json);
  } catch (const error&) {
    return out;
  }
  out.schema = to_json_document(document) == postmortem_json;
  out.verified = check_postmortem(document).empty();
  for (const incident& i : document.incidents) out.incidents.push_back(read(i));
  return out;
}

case_score score(const truth& truly, const day_answer& told) {
  case_score out;
  out.verification = told.verified ? 1 : 0;
  out.schema = told.schema ? 1 : 0;
  const auto there = static_cast<double>(truly.incidents.size());
  if (truly.incidents.empty()) {
    out.count = told.incidents.empty() ? 1 : 0;
    out.points =
        out.count > 0 && (told.schema || told.verified) ? 80 + 10 * out.verification + 10 * out.schema : 0;
    return out;
  }
  out.count = std::max(0.0, 1 - std::abs(static_cast<double>(told.incidents.size()) - there) / there);
  const auto answers = matched(truly, told);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (answers[i]) add(out, truly, truly.incidents[i], *answers[i]);
  }
  for (double* part :
       {&out.iou, &out.service_1, &out.service_3, &out.mechanism, &out.trigger, &out.decoys, &out.impact})
    *part /= there;
  // A document that holds and says nothing right is worth nothing.
  const double heard = out.iou > 0 ? 1 : 0;
  out.points = heard * (10 * out.count + 5 * out.verification + 5 * out.schema) + 20 * out.iou +
               20 * out.service_1 + 5 * out.service_3 + 15 * out.mechanism + 10 * out.trigger +
               5 * out.decoys + 5 * out.impact;
  return out;
}

}  // namespace stook::sre::eval
