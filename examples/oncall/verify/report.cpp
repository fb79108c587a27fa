#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <oncall/postmortem/citations.hpp>
#include <oncall/verify/verify.hpp>
#include <stook/core/error.hpp>

namespace stook::sre {
namespace {

constexpr std::size_t claims_listed = 12;

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

void add_problem(std::string& out, const verification_problem& p) {
  const auto said = [](const std::string& text) { return text.empty() ? "nothing" : one_line(text, 400); };
  out += one_line(p.claim, 200);  // names of members come from the document, too
  if (!p.evidence.empty()) out += one_line(fmt::format(" ({})", fmt::join(p.evidence, ", ")), 100);
  out +=
      fmt::format("\n  the document says: {}\n  the data say: {}\n", said(p.document_says), said(p.data_say));
  if (p.rested_on.empty()) return;
  const std::size_t listed = std::min(p.rested_on.size(), claims_listed);
  const auto end = p.rested_on.begin() + static_cast<std::ptrdiff_t>(listed);
  out += fmt::format("  claims that rest on it: {}", fmt::join(p.rested_on.begin(), end, ", "));
  if (p.rested_on.size() > listed) out += fmt::format(" and {} more", p.rested_on.size() - listed);
  out += '\n';
}

}  // namespace

std::string to_text(const verification& outcome, std::size_t most) {
  const std::string what = counted(outcome.claims, "claim", "claims") + ", " +
                           counted(outcome.evidence, "piece of evidence", "pieces of evidence");
  if (outcome.holds) return what + ", all hold\n";
  std::string out = fmt::format("{}; {} not hold:\n", what,
                                counted(outcome.problems.size(), "statement does", "statements do"));
  for (std::size_t i = 0; i < outcome.problems.size() && i < most; ++i) {
    out += '\n';
    add_problem(out, outcome.problems[i]);
  }
  if (outcome.problems.size() > most) out += fmt::format("\nand {} more\n", outcome.problems.size() - most);
  return out;
}

std::optional<failure> drop_unverified(investigation& about) {
  const auto guard = about.lock();
  if (!about.document) return std::nullopt;
  const verification outcome = verify(*about.document, about);
  if (outcome.holds) return std::nullopt;
  about.document.reset();
  return failure{.code = "postmortem_unverified",
                 .message = "the postmortem would not verify, so it is not written: " + to_text(outcome, 5),
                 .hint = "the evidence is kept in evidence.jsonl; run the investigation again"};
}

}  // namespace stook::sre
