#include <algorithm>
#include <map>

#include <fmt/format.h>

#include <oncall/postmortem/draft_incident.hpp>

namespace stook::sre {

std::vector<action_item> make_action_items(const incident_draft& draft,
                                           const std::vector<mitigation>& proposed) {
  const auto& first = draft.inputs.mitigations;
  std::vector<const mitigation*> chosen;
  for (const mitigation& entry : proposed) {
    if (std::find(first.begin(), first.end(), entry.id) != first.end()) chosen.push_back(&entry);
  }
  std::map<action_type, int> count;
  for (const mitigation* entry : chosen) ++count[entry->type];
  for (const mitigation& entry : proposed) {
    const int wanted = entry.type == action_type::process ? 1 : 2;
    if (count[entry.type] >= wanted || std::find(chosen.begin(), chosen.end(), &entry) != chosen.end())
      continue;
    ++count[entry.type];
    chosen.push_back(&entry);
  }
  std::stable_sort(chosen.begin(), chosen.end(),
                   [](const mitigation* a, const mitigation* b) { return a->priority < b->priority; });

  const std::string base = fmt::format("/incidents/{}", draft.index);
  std::vector<action_item> out;
  for (const mitigation* entry : chosen) {
    std::string addresses = base;
    if (entry->type == action_type::detect) addresses += "/detection";
    if (entry->type == action_type::prevent || entry->type == action_type::mitigate)
      addresses += "/root_cause";
    out.push_back({.id = entry->id,
                   .title = entry->title,
                   .type = entry->type,
                   .owner = entry->owner,
                   .priority = entry->priority,
                   .eta_days = entry->eta_days,
                   .addresses = {std::move(addresses)},
                   .verification = entry->verification,
                   .requires_approval = entry->approval != action_approval::none});
  }
  return out;
}

}  // namespace stook::sre
