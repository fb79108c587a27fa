#include <algorithm>

#include <fmt/format.h>

#include <oncall/tools/reports.hpp>
#include <oncall/tools/tools.hpp>

namespace stook::sre {

struct mitigation_arguments {
  int limit = 8;
  finding found{};
};
STOOK_DESCRIBE(mitigation_arguments,
               (limit, "Most actions for one incident", stook::between{1, 30}, stook::defaulted), (found))

namespace {

// The change that the finding names, in the words of the events.
std::string change_text(const incident_data& data, const std::optional<trigger_finding>& trigger) {
  if (!trigger || !trigger->t) return {};
  const auto it = std::ranges::find(data.events, *trigger->t, &change_event::ts);
  return it == data.events.end() ? std::string() : it->detail;
}

result<mitigation_plan> propose_for(investigation& about, const mitigation_arguments& a,
                                    const run_context& context) {
  const auto guard = about.lock();
  if (a.found.incidents.empty())
    return failure{"no_incident", "the finding names no incident", "there is nothing to mitigate; go on"};
  mitigation_plan out;
  std::size_t count = 0;
  for (const incident_finding& i : a.found.incidents) {
    std::vector<mitigation> actions = propose(about.options().actions,
                                              {.cause = i.hypothesis.mechanism,
                                               .service = i.hypothesis.service.value_or(""),
                                               .trigger = i.trigger ? i.trigger->kind : trigger_kind::unknown,
                                               .change = change_text(about.data(), i.trigger)},
                                              about.options().owners);
    if (actions.size() > static_cast<std::size_t>(a.limit)) actions.resize(static_cast<std::size_t>(a.limit));
    count += actions.size();
    out.incidents.push_back({.start = i.start,
                             .cause = i.hypothesis.mechanism,
                             .service = i.hypothesis.service.value_or(""),
                             .actions = std::move(actions)});
  }
  const std::string first = count ? out.incidents.front().actions.front().title : "nothing fits";
  context.progress(fmt::format("{} action{}: {}", count, count == 1 ? "" : "s", first), 1);
  return out;
}

}  // namespace

tool propose_mitigations_tool(std::shared_ptr<investigation> about) {
  return tool("propose_mitigations",
              "Look up what helps against the causes that the profiler found: actions of the catalogue with "
              "owner, ETA, type, risk and the approval that each needs. It uses the finding of this run. "
              "Nothing is carried out.",
              {.effect = reads,
               .exclusive = {"investigation"},
               .inputs = {{"finding", "found"}},
               .outputs = {{"mitigations"}}},
              [about](mitigation_arguments a, const run_context& context) {
                return propose_for(*about, a, context);
              });
}

}  // namespace stook::sre
