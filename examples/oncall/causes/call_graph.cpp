#include <oncall/causes/call_graph.hpp>

#include <algorithm>

#include <oncall/causes/named_peer.hpp>
#include <oncall/data/csv_reader.hpp>

namespace stook::sre {

call_graph::call_graph(std::span<const call_edge> edges) {
  for (const call_edge& edge : edges) {
    callees_[edge.caller].push_back(edge.callee);
    callers_[edge.callee].push_back(edge.caller);
    services_.insert(edge.caller);
    services_.insert(edge.callee);
  }
}

bool call_graph::knows_name(std::string_view name) const {
  return std::ranges::any_of(services_, [&](const std::string& s) { return same_name(s, name); });
}

bool call_graph::named_in(std::string_view text) const {
  return std::ranges::any_of(services_, [&](const std::string& s) { return names(text, s); });
}

std::vector<std::string> call_graph::direct_callers_of(const std::string& service) const {
  const auto found = callers_.find(service);
  return found == callers_.end() ? std::vector<std::string>{} : found->second;
}

std::set<std::string> call_graph::reach(const neighbours& next, const std::string& from) {
  std::set<std::string> reached;
  std::vector<std::string> open{from};
  while (!open.empty()) {
    const auto found = next.find(open.back());
    open.pop_back();
    if (found == next.end()) continue;
    for (const std::string& service : found->second) {
      if (reached.insert(service).second) open.push_back(service);
    }
  }
  reached.erase(from);
  return reached;
}

}  // namespace stook::sre
