#include <oncall/verify/verify_inputs.hpp>

#include <algorithm>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include <oncall/postmortem/draft_incident.hpp>

namespace stook::sre {
namespace {

std::string base_name(std::string_view path) { return std::string(path.substr(path.rfind('/') + 1)); }

void add(std::vector<verification_problem>& problems, std::string claim, std::string written,
         std::string found) {
  problems.push_back({std::move(claim), {}, std::move(written), std::move(found), {}});
}

void tell_changed(const input_note& note, std::size_t i, std::vector<const input_report*>& given,
                  std::vector<verification_problem>& problems) {
  auto now = std::find_if(given.begin(), given.end(),
                          [&](const input_report* r) { return base_name(r->path) == base_name(note.path); });
  std::string found = "no file of that digest is among the inputs";
  if (now != given.end()) {
    found = fmt::format("{} has {} rows, SHA-256 {}", (*now)->path, (*now)->rows, (*now)->sha256);
    given.erase(now);
  }
  add(problems, fmt::format("provenance.inputs[{}]", i),
      fmt::format("{} has {} rows, SHA-256 {}", one_line(note.path, 200), note.rows,
                  one_line(note.sha256, 80)),
      std::move(found));
}

}  // namespace

void verify_inputs(const postmortem& document, const investigation& about, std::vector<input_report>& reports,
                   std::vector<verification_problem>& problems) {
  std::vector<const input_report*> given;
  for (const input_report& report : about.data().reports) given.push_back(&report);
  std::vector<std::size_t> changed;
  for (std::size_t i = 0; i < document.provenance.inputs.size(); ++i) {
    const input_note& note = document.provenance.inputs[i];
    const auto same = std::find_if(given.begin(), given.end(),
                                   [&](const input_report* r) { return r->sha256 == note.sha256; });
    if (same == given.end()) {
      changed.push_back(i);
      continue;
    }
    if (static_cast<std::int64_t>((*same)->rows) != note.rows) {
      add(problems, fmt::format("provenance.inputs[{}].rows", i), std::to_string(note.rows),
          std::to_string((*same)->rows));
    }
    for (input_report& report : reports) {
      if (report.sha256 == note.sha256) report.path = note.path;  // a file may be moved
    }
    given.erase(same);
  }
  for (const std::size_t i : changed) tell_changed(document.provenance.inputs[i], i, given, problems);
  for (const input_report* report : given) {
    add(problems, "provenance.inputs", "",
        fmt::format("{} is among the inputs, SHA-256 {}", report->path, report->sha256));
  }
}

}  // namespace stook::sre
