#include <oncall/report/citations_view.hpp>

#include <algorithm>

#include <fmt/format.h>
#include <boost/describe/enum_to_string.hpp>

#include <oncall/report/words.hpp>

namespace stook::sre::report {
namespace {

/// An id that may stand in an address within the page.
bool is_plain(std::string_view id) {
  return id.size() > 1 && id.size() < 12 && id.front() == 'E' &&
         std::ranges::all_of(id.substr(1), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

citation_links::citation_links(const std::vector<evidence_item>& evidence) {
  for (const evidence_item& item : evidence) {
    if (is_plain(item.id)) known_.insert(item.id);
  }
}

void citation_links::cite(view& to, const evidence_ids& ids, const std::string& place) {
  const std::string anchor = fmt::format("s{}", ++statements_);
  const int n = ++in_place_[place];
  views refs, lost;
  for (const std::string& id : ids) {
    view ref(view::type::object);
    if (known_.contains(id)) {
      put(ref, "ref", id);
      refs.push_back(std::move(ref));
      back_[id].push_back({anchor, fmt::format("{} {}", place, n)});
    } else {
      put(ref, "lost_ref", shown(id, 40));
      lost.push_back(std::move(ref));
    }
  }
  put(to, "anchor", anchor);
  put_list(to, "refs", std::move(refs));
  put_list(to, "lost_refs", std::move(lost));
}

views citation_links::cited_by(const std::string& id) const {
  views out;
  const auto found = back_.find(id);
  if (found == back_.end()) return out;
  for (const link& each : found->second) {
    view by(view::type::object);
    put(by, "by_anchor", each.anchor);
    put(by, "by_label", each.label);
    out.push_back(std::move(by));
  }
  return out;
}

view claim_view(citation_links& links, const claim& from, const std::string& place) {
  view out(view::type::object);
  put(out, "claim_text", shown(from.text));
  std::string note;
  if (from.kind == claim_kind::inferred) note = "inferred";
  if (from.kind == claim_kind::reported_by_human) note = "reported by a person";
  if (from.confidence) {
    note += fmt::format("{}{} confidence", note.empty() ? "" : ", ",
                        boost::describe::enum_to_string(from.confidence->level, "unknown"));
  }
  put(out, "claim_note", std::move(note));
  links.cite(out, from.evidence, place);
  return out;
}

view fact_view(citation_links& links, std::string name, std::string value, const evidence_ids& ids,
               const std::string& place, std::string note) {
  view out(view::type::object);
  put(out, "fact_name", std::move(name));
  put(out, "fact_value", std::move(value));
  put(out, "fact_note", std::move(note));
  links.cite(out, ids, place);
  return out;
}

}  // namespace stook::sre::report
