#pragma once

#include <optional>
#include <string>
#include <vector>

#include <oncall/postmortem/document.hpp>

namespace stook::sre::report {

/// A cause that was considered, as the page sets it beside the others. Texts are as the document has them; a
/// model may have written them.
struct considered_cause {
  std::string label;    ///< "H1"; "A2" where the ranking does not name it
  std::string verdict;  ///< "chosen", "unlikely"
  bool chosen = false;
  std::string statement;
  std::optional<double> explains{};  ///< of the excess errors
  std::vector<std::string> unexplained{};
  std::string falsifier{};
  std::string check{};
  std::string reason{};      ///< what speaks against it
  std::string confidence{};  ///< level and what it rests on
  evidence_ids evidence{};
};

/// The incident's root cause first, then its alternatives. What the document leaves out about an alternative
/// (share, falsifier, check) is taken from the ranking of causes that it cites, matched by service and
/// mechanism; what is not there stays empty.
std::vector<considered_cause> considered_causes(const incident& of,
                                                const std::vector<evidence_item>& evidence);

}  // namespace stook::sre::report
