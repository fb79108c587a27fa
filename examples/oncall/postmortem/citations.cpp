#include <oncall/postmortem/citations.hpp>

#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <boost/describe/enum_to_string.hpp>

#include <stook/core/json.hpp>

namespace stook::sre {
namespace {

/// "E1 does", "E1, E2 do".
std::string who(const evidence_ids& cited) {
  return fmt::format("{} {}", fmt::join(cited, ", "), cited.size() == 1 ? "does" : "do");
}

/// Which inputs the tools look at. SQL may ask for any; of what people said there is no tool.
bool may_tell(std::string_view tool, timeline_source of) {
  const bool all = tool == "sql_investigate" || tool == "load_inputs";
  switch (of) {
    case timeline_source::metrics:
      return all || tool == "detect_incident_window" || tool == "measure_impact";
    case timeline_source::logs:
      return all || tool == "log_pattern_scan" || tool == "rank_causes";
    case timeline_source::events:
    case timeline_source::alert:
      return all || tool == "list_changes" || tool == "rank_causes";
    case timeline_source::human:
      return true;
  }
  return false;
}

}  // namespace

citation_check citation_check::trusting(evidence_lookup find) {
  citation_check out(std::move(find));
  out.trusts_ = true;
  return out;
}

bool citation_check::note(std::string path, std::string what) {
  problems_.push_back({std::move(path), std::move(what)});
  return false;
}

bool citation_check::ids(const std::string& path, const evidence_ids& cited) {
  if (trusts_) return true;
  if (cited.empty()) return note(path, "cites no evidence: name the ids that it rests on");
  bool known = true;
  for (const std::string& id : cited) {
    if (!find_(id))
      known = note(path, fmt::format("cites {}, which is not in the evidence", one_line(id, 40)));
  }
  return known;
}

const cited_values& citation_check::values_of(const evidence_ids& cited) {
  const auto [at, added] = values_.try_emplace(cited);
  if (added) {
    for (const std::string& id : cited) at->second.add(*find_(id));
  }
  return at->second;
}

bool citation_check::text(const std::string& path, std::string_view text, const evidence_ids& cited) {
  if (trusts_) return true;
  if (!ids(path, cited)) return false;
  if (text.empty()) return note(path, "is empty");
  const std::vector<std::string> missing = values_of(cited).unsupported(text);
  if (!missing.empty()) {
    return note(
        path, one_line(fmt::format("says {}, which {} not hold", fmt::join(missing, ", "), who(cited)), 400));
  }
  return names_in(path, text, cited);
}

bool citation_check::names_in(const std::string& path, std::string_view text, const evidence_ids& cited) {
  if (trusts_ || !known_) return true;
  if (!ids(path, cited)) return false;
  const std::optional<std::string> missing = known_->unsupported(text, values_of(cited));
  if (!missing) return true;
  return note(path, fmt::format("names {}, which {} not name", one_line(*missing, 120), who(cited)));
}

bool citation_check::name(const std::string& path, std::string_view what, std::string_view name,
                          const evidence_ids& cited) {
  if (trusts_) return true;
  if (!ids(path, cited)) return false;
  if (values_of(cited).has_name(name)) return true;
  return note(path, fmt::format("names the {} {}, which {} not name", what, one_line(name, 80), who(cited)));
}

bool citation_check::instant(const std::string& path, timestamp t, const evidence_ids& cited) {
  if (trusts_) return true;
  if (!ids(path, cited)) return false;
  if (values_of(cited).has_instant(t)) return true;
  return note(path, fmt::format("is at {}, an instant that {} not hold", to_string(t), who(cited)));
}

bool citation_check::source(const std::string& path, timeline_source from, const evidence_ids& cited) {
  if (trusts_) return true;
  if (!ids(path, cited)) return false;
  for (const std::string& id : cited) {
    if (may_tell(find_(id)->tool, from)) return true;
  }
  return note(path, fmt::format("is told as of {}, of which {} not tell",
                                boost::describe::enum_to_string(from, "nobody"), who(cited)));
}

bool citation_check::number(const std::string& path, double value, const evidence_ids& cited) {
  if (trusts_) return true;
  if (!ids(path, cited)) return false;
  const cited_values& values = values_of(cited);
  if (values.has_number(value) || values.unsupported(fmt::format("{:g}", value)).empty()) return true;
  return note(path, fmt::format("is {:g}, which {} not hold", value, who(cited)));
}

std::string one_line(std::string_view text, std::size_t limit) {
  std::string out = to_valid_utf8(text);
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < ' ' || c == 0x7F) c = ' ';
  }
  if (out.size() <= limit) return out;
  constexpr std::string_view dots = "...";  // within the limit, so that a second cut changes nothing
  const std::size_t room = limit > dots.size() ? limit - dots.size() : 0;
  std::size_t end = out.rfind(' ', room);
  if (end == std::string::npos || end < limit / 2) end = room;
  while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0U) == 0x80U) --end;
  out.resize(end);
  return out.append(dots);
}

std::string thousands(double value) {
  std::string digits = fmt::format("{:.0f}", std::abs(value));
  for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, ",");
  return value < 0 ? "-" + digits : digits;
}

}  // namespace stook::sre
