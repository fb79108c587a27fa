#include <oncall/eval/run_case.hpp>

#include <chrono>
#include <fstream>

#include <fmt/format.h>

#include <oncall/data/generate.hpp>
#include <oncall/postmortem/render.hpp>
#include <oncall/team/team.hpp>
#include <oncall/verify/verify.hpp>
#include <stook/core/error.hpp>

namespace stook::sre::eval {
namespace {

namespace fs = std::filesystem;

/// A directory of its own, gone at the end.
class scratch_directory {
 public:
  scratch_directory() {
    std::string name = (fs::temp_directory_path() / "oncall-eval-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr)
      throw error("output_directory", name + ": cannot make a directory for the made-up day");
    path_ = name;
  }
  scratch_directory(const scratch_directory&) = delete;
  scratch_directory& operator=(const scratch_directory&) = delete;
  ~scratch_directory() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

std::string minute_text(timestamp t) { return to_string(t).substr(5, 11); }

std::string text_of(const truth& t) {
  std::string out;
  for (const true_incident& i : t.incidents) {
    out += fmt::format("{}{} to {} {} {}{}", out.empty() ? "" : "; ", minute_text(i.start),
                       i.end ? minute_text(*i.end) : "-", i.service.value_or("(outside)"),
                       name(i.mechanisms.front()), i.trigger ? " by " + minute_text(i.trigger->t) : "");
  }
  return out.empty() ? "nothing" : out;
}

std::string text_of(const day_answer& a) {
  std::string out;
  for (const answered_incident& i : a.incidents) {
    out += fmt::format("{}{} to {} {} {}{}", out.empty() ? "" : "; ", minute_text(i.start),
                       i.end ? minute_text(*i.end) : "-",
                       i.services.front().empty() ? "(outside)" : i.services.front(), name(i.mechanism),
                       i.trigger ? " by " + minute_text(*i.trigger) : "");
  }
  return out.empty() ? "nothing" : out;
}

input_files files_in(const fs::path& directory) {
  return {.metrics = directory / "metrics.csv",
          .logs = directory / "logs.csv",
          .events = directory / "events.csv",
          .topology = directory / "topology.csv"};
}

struct investigated {
  std::string document{};  ///< empty where there is none
  bool verified = false;   ///< each claim holds by its query, run again on the files
};

investigated investigate(const fs::path& directory, const case_settings& settings, case_result& out) {
  const auto began = std::chrono::steady_clock::now();
  investigation_options options{.files = files_in(directory), .tool_version = "oncall eval"};
  if (settings.model) options.model = settings.model->name();
  auto about = std::make_shared<investigation>(options);
  about->load();
  const answer a = make_team(about, {.model = settings.model}).run(std::string(investigation_task));
  if (!about->document) draft_unfinished(*about, a.state);
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - began;
  out.took_ms = took.count();
  out.tokens = a.used.total_tokens();
  if (!a.ok()) out.failed = a.error ? a.error->message : a.reason;
  if (!about->document) return {};
  return {to_json_document(*about->document), verify(*about->document, *about).holds};
}

}  // namespace

case_result run_case(const case_settings& settings) {
  const made_case made = make_case(*settings.kind, settings.seed, settings.quiet);
  case_result out{.scenario = std::string(settings.kind->name),
                  .seed = settings.seed,
                  .quiet = made.answer.incidents.empty(),
                  .amplitude = made.answer.amplitude,
                  .expected = text_of(made.answer)};
  const scratch_directory scratch;
  const fs::path where =
      settings.keep.empty()
          ? scratch.path()
          : settings.keep / fmt::format("{}-{}{}", out.scenario, out.seed, settings.quiet ? "-quiet" : "");
  write_day(made.day, where);
  investigated result;
  try {
    result = investigate(where, settings, out);
  } catch (const error& e) {
    out.failed = e.what();
  }
  if (!settings.keep.empty()) std::ofstream(where / "postmortem.json", std::ios::binary) << result.document;
  day_answer told = answer_of(result.document);
  told.verified = told.verified && result.verified;
  out.said = result.document.empty() ? "no postmortem" : text_of(told);
  out.scored = score(made.answer, told);
  return out;
}

}  // namespace stook::sre::eval
