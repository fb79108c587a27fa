#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include <oncall/tools/investigation.hpp>
#include <stook/core/describe.hpp>

namespace stook::sre {

/// One thing that a document says and the data do not.
struct verification_problem {
  std::string claim;                   ///< where: "incidents[0].summary[1]", "evidence[2]", "inputs"
  std::vector<std::string> evidence;   ///< ids that it cites, or the id of the evidence itself
  std::string document_says;           ///< in plain words, or the value as JSON
  std::string data_say;                ///< the same; empty where the data say nothing
  std::vector<std::string> rested_on;  ///< for evidence: the claims that cite it
};
STOOK_DESCRIBE(verification_problem, (claim), (evidence), (document_says), (data_say), (rested_on))

struct verification {
  bool holds = true;
  std::size_t claims = 0;    ///< statements of the document that cite evidence
  std::size_t evidence = 0;  ///< pieces of evidence, each of them run again
  std::vector<verification_problem> problems{};
};
STOOK_DESCRIBE(verification, (holds), (claims), (evidence), (problems))

struct verify_options {
  /// Time for all queries together. What has not been run by then does not hold.
  std::chrono::milliseconds wall = std::chrono::minutes(5);
};

/// Runs the query of every piece of evidence again on the inputs of `about`, whose files must be loaded, and
/// holds the document against what comes out:
/// - the digest of every input file, and of every result; results, rows and windows;
/// - every sentence, quantity and row of the timeline against the results that it cites, as they are now: the
///   rules of `check_postmortem`, with its numbers, and with the services, kinds of error, regions, endpoints
///   and versions that the inputs know (`known_names`);
/// - everything that the program writes by itself (windows, impact, severity, times, the timeline's rows,
/// what
///   ended it, actions, runbook, the day's summary, data quality) against the same written again.
///
/// SQL runs under the lockdown and the limits of `about.database()`. Nothing of the investigation changes:
/// not its evidence and not its document. What nobody can run again is not judged: names of authors, runs and
/// paths, times of writing, owners, lessons, the wording of a sentence apart from its numbers
/// and names, and how sure the author is below what the rules allow. With the rules as authors (no model),
/// causes that quote the ranking are held against it word by word.
verification verify(const postmortem& document, const investigation& about,
                    const verify_options& options = {});

/// Verifies the draft of an investigation, and drops it if it does not hold. The failure, code
/// `postmortem_unverified`, names the claims. Nothing where there is no draft.
std::optional<failure> drop_unverified(investigation& about);

/// Reads postmortem.json, which anybody may have written: at most 16 MiB, at most 500 pieces of evidence and
/// 20,000 citations, of the form in document.hpp. Throws `error`: `input_open` if it cannot be read,
/// `input_document` if it is no such document.
postmortem read_document(const std::filesystem::path& file);
/// The same from text; `name` is for messages.
postmortem read_document_text(std::string_view text, std::string_view name);

/// The outcome as people read it: one line if all holds, else a paragraph for each problem, the first
/// `most` of them.
std::string to_text(const verification& outcome, std::size_t most = 20);

}  // namespace stook::sre
