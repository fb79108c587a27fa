#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <oncall/data/events.hpp>

namespace stook::sre {

/// Who calls whom. Cycles are allowed. Immutable, thread-safe.
class call_graph {
 public:
  explicit call_graph(std::span<const call_edge> edges);

  bool empty() const { return callees_.empty(); }
  bool knows(const std::string& service) const { return services_.contains(service); }

  const std::set<std::string>& services() const { return services_; }
  /// Whatever the case of the name.
  bool knows_name(std::string_view name) const;
  /// True if the text names one of the services, as a whole and whatever its case.
  bool named_in(std::string_view text) const;

  /// All services that reach this one by calls, without itself: what its failure can strike.
  std::set<std::string> callers_of(const std::string& service) const { return reach(callers_, service); }
  /// Those that call it themselves.
  std::vector<std::string> direct_callers_of(const std::string& service) const;
  /// All services that this one reaches by calls, without itself: what it can overload.
  std::set<std::string> callees_of(const std::string& service) const { return reach(callees_, service); }

 private:
  using neighbours = std::map<std::string, std::vector<std::string>>;
  static std::set<std::string> reach(const neighbours& next, const std::string& from);

  neighbours callers_, callees_;
  std::set<std::string> services_;
};

}  // namespace stook::sre
