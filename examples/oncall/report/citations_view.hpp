#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <oncall/evidence/evidence.hpp>
#include <oncall/postmortem/sections.hpp>
#include <oncall/report/view.hpp>

namespace stook::sre::report {

/// Gives each statement of the page an anchor, links it to its evidence, and remembers the way back.
/// Statements are cited in the order in which they are made; the evidence comes last.
class citation_links {
 public:
  explicit citation_links(const std::vector<evidence_item>& evidence);

  /// Sets `anchor`, `refs` and `lost_refs`, ids that the evidence lacks and that cannot be links. `place`
  /// names the statement for the way back: "I1 timeline".
  void cite(view& to, const evidence_ids& ids, const std::string& place);

  /// The statements that cite it, as `by_anchor` and `by_label`.
  views cited_by(const std::string& id) const;

 private:
  struct link {
    std::string anchor, label;
  };
  std::set<std::string, std::less<>> known_;
  std::map<std::string, std::vector<link>> back_;
  std::map<std::string, int> in_place_;
  int statements_ = 0;
};

/// A sentence with its evidence, for the partial "claim".
view claim_view(citation_links& links, const claim& from, const std::string& place);
/// A name and a value with evidence or none, for the partial "fact".
view fact_view(citation_links& links, std::string name, std::string value, const evidence_ids& ids,
               const std::string& place, std::string note = {});

}  // namespace stook::sre::report
