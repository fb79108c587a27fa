#pragma once

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include <oncall/team/team.hpp>
#include <oncall/verify/verify.hpp>

#include "stage.hpp"

namespace stook_test {

using namespace stook::sre;

inline std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void write_text(const std::filesystem::path& file, const std::string& text) {
  std::ofstream(file, std::ios::binary) << text;
}

/// A day and what the team wrote about it. The files may be changed before the investigation.
struct written_day {
  test::day_files files;
  std::shared_ptr<investigation> about;

  explicit written_day(const generate_options& options = {}) : files(options) {}

  /// `model` is the name that the document gives its author; the rules decide all the same.
  postmortem& investigate(std::optional<std::string> model = {}) {
    about = std::make_shared<investigation>(
        investigation_options{.files = files.files(),
                              .clock = std::make_shared<stook::manual_clock>(),
                              .tool_version = "test",
                              .model = std::move(model)});
    const stook::answer a = make_team(about).run("What happened?", test::fixed());
    if (!a.ok() || !about->document) throw std::runtime_error(a.error ? a.error->message : a.reason);
    return *about->document;
  }

  /// As `oncall verify` does: the files are read anew.
  verification verify_anew(const postmortem& document) const {
    investigation fresh({.files = files.files()});
    fresh.load();
    return verify(document, fresh);
  }
};

/// The first problem of a claim.
inline std::optional<verification_problem> problem_of(const verification& outcome, std::string_view claim) {
  for (const verification_problem& p : outcome.problems) {
    if (p.claim == claim) return p;
  }
  return std::nullopt;
}

}  // namespace stook_test
