#include <oncall/eval/summary.hpp>

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace stook::sre::eval {
namespace {

using case_list = std::vector<const case_result*>;

group_score mean_of(std::string name, const case_list& cases) {
  group_score out{.group = std::move(name), .cases = cases.size()};
  if (cases.empty()) return out;
  constexpr std::array fields{&case_score::count,     &case_score::iou,       &case_score::service_1,
                              &case_score::service_3, &case_score::mechanism, &case_score::trigger,
                              &case_score::decoys,    &case_score::impact,    &case_score::verification,
                              &case_score::schema,    &case_score::points};
  std::vector<double> times;
  out.worst_points = cases.front()->scored.points;
  for (const case_result* c : cases) {
    for (const auto field : fields) out.mean.*field += c->scored.*field / static_cast<double>(cases.size());
    out.worst_points = std::min(out.worst_points, c->scored.points);
    out.tokens += c->tokens;
    times.push_back(c->took_ms);
  }
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::ranges::nth_element(times, middle);
  out.median_ms = *middle;
  return out;
}

}  // namespace

evaluation sum_up(std::vector<case_result> cases, std::uint64_t first_seed, std::uint64_t last_seed,
                  std::string model) {
  evaluation out{
      .first_seed = first_seed, .last_seed = last_seed, .model = std::move(model), .cases = std::move(cases)};
  std::vector<std::pair<std::string, case_list>> by_scenario;
  std::map<double, case_list, std::greater<>> by_amplitude;
  case_list faults;
  case_list quiet;
  for (const case_result& c : out.cases) {
    (c.quiet ? quiet : faults).push_back(&c);
    if (c.quiet) continue;
    by_amplitude[c.amplitude].push_back(&c);
    auto known = std::ranges::find(by_scenario, c.scenario, [](const auto& s) { return s.first; });
    if (known == by_scenario.end()) known = by_scenario.insert(known, {c.scenario, {}});
    known->second.push_back(&c);
  }
  for (const auto& [name, list] : by_scenario) out.scenarios.push_back(mean_of(name, list));
  for (const auto& [strength, list] : by_amplitude)
    out.amplitudes.push_back(mean_of(fmt::format("{:.0f} %", 100 * strength), list));
  out.faults = mean_of("all faults", faults);
  out.quiet = mean_of("quiet days", quiet);
  return out;
}

}  // namespace stook::sre::eval
