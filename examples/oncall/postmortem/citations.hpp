#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <oncall/evidence/numbers.hpp>
#include <oncall/postmortem/known_names.hpp>
#include <oncall/postmortem/postmortem.hpp>

namespace stook::sre {

using evidence_lookup = std::function<const evidence_item*(std::string_view id)>;

/// Holds statements against the evidence that they cite, and notes what does not hold.
class citation_check {
 public:
  /// With `known`, which must outlive it, the names in sentences are held against the evidence, too.
  explicit citation_check(evidence_lookup find, const known_names* known = nullptr)
      : find_(std::move(find)), known_(known) {}
  /// One that takes every statement as borne out and keeps what is noted otherwise: for statements that have
  /// been judged already.
  static citation_check trusting(evidence_lookup find);

  /// Each id is known, and there is one.
  bool ids(const std::string& path, const evidence_ids& cited);
  /// Moreover every number in the text occurs in the cited items, and so does every known name.
  bool text(const std::string& path, std::string_view text, const evidence_ids& cited);
  /// The known names alone: for texts that hold numbers of their own.
  bool names_in(const std::string& path, std::string_view text, const evidence_ids& cited);
  /// Moreover the cited items name it. `what` says what it is: "service".
  bool name(const std::string& path, std::string_view what, std::string_view name, const evidence_ids& cited);
  /// Moreover an instant of the cited items is `t`.
  bool instant(const std::string& path, timestamp t, const evidence_ids& cited);
  /// Moreover one of the cited items was made of that input: a row of the logs does not rest on metrics.
  bool source(const std::string& path, timeline_source from, const evidence_ids& cited);
  /// Moreover the number stands in the cited items.
  bool number(const std::string& path, double value, const evidence_ids& cited);

  bool note(std::string path, std::string what);
  std::vector<draft_problem>& problems() { return problems_; }

 private:
  const cited_values& values_of(const evidence_ids& cited);

  evidence_lookup find_;
  const known_names* known_ = nullptr;
  bool trusts_ = false;
  std::map<evidence_ids, cited_values> values_;  // many statements cite the same; evidence does not change
  std::vector<draft_problem> problems_;
};

/// The text without control characters, in valid UTF-8, cut at a blank so that it has at most `limit` bytes.
std::string one_line(std::string_view text, std::size_t limit = 300);

/// `1,234,567`.
std::string thousands(double value);

}  // namespace stook::sre
