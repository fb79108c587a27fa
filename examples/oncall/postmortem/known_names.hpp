#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <oncall/data/events.hpp>
#include <oncall/data/logs.hpp>
#include <oncall/evidence/numbers.hpp>

namespace stook::sre {

/// What the inputs call services, kinds of error, regions, endpoints and versions. A sentence that says one
/// of these names must cite evidence that holds it, as for a number.
///
/// A name that is an ordinary word ("checkout", "north", "Failure") or a number ("504") counts only beside
/// the word that says what it is: "the north region", "service checkout".
class known_names {
 public:
  known_names(const log_table& logs, std::span<const call_edge> topology,
              std::span<const change_event> events);

  /// The first name in the text that the cited evidence does not hold, with what it is: "the region
  /// eu-west-1".
  std::optional<std::string> unsupported(std::string_view text, const cited_values& cited) const;

 private:
  struct entry {
    std::string_view what;
    std::string name;
    bool plain = false;
  };
  void add(std::string_view what, std::string_view name);

  std::vector<entry> entries_;
};

}  // namespace stook::sre
