// What `oncall investigate` does with a postmortem that does not verify. A draft that the program makes does,
// so the fault is put into it here.

#include <oncall/cli/investigate.hpp>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include <oncall/data/generate.hpp>

using namespace stook::sre;

namespace fs = std::filesystem;

namespace {

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// A directory with a day, and a terminal that writes into files.
struct workplace {
  fs::path directory = fs::temp_directory_path() / fmt::format("stook_refusal_{}", getpid());
  std::FILE* out = nullptr;
  std::FILE* err = nullptr;

  workplace() {
    write_day(generate_day(), directory / "day");
    out = std::fopen((directory / "stdout").c_str(), "w");
    err = std::fopen((directory / "stderr").c_str(), "w");
  }
  ~workplace() {
    std::fclose(out);
    std::fclose(err);
    std::error_code ignored;
    fs::remove_all(directory, ignored);
  }
  workplace(const workplace&) = delete;
  workplace& operator=(const workplace&) = delete;

  cli::exit_code investigate(const std::function<void(investigation&)>& fault) {
    cli::terminal to{cli::stream(out), cli::stream(err), false};
    const fs::path day = directory / "day";
    return cli::investigate({.metrics = day / "metrics.csv",
                             .logs = day / "logs.csv",
                             .events = day / "events.csv",
                             .topology = day / "topology.csv"},
                            {.out = directory / "report", .quiet = true}, to, fault);
  }
};

}  // namespace

TEST_CASE("a postmortem that does not verify is not written, and the claim is named") {
  workplace here;
  fs::create_directories(here.directory / "report");
  std::ofstream(here.directory / "report" / "postmortem.json") << "of an earlier run";
  const auto code = here.investigate(
      [](investigation& about) { about.document->incidents[0].impact.failed_requests.value += 1; });
  CHECK(code == cli::exit_code::failed);
  const std::string said = text_of(here.directory / "stderr");
  CHECK(said.find("incidents[0].impact.failed_requests.value") != std::string::npos);
  CHECK(said.find("E7") != std::string::npos);
  CHECK(said.find("162016") != std::string::npos);
  for (const char* name : {"postmortem.json", "postmortem.md", "runbook.md"})
    CHECK_FALSE(fs::exists(here.directory / "report" / name));
  CHECK(text_of(here.directory / "report" / "summary.txt").starts_with("There is no postmortem."));
  CHECK(text_of(here.directory / "report" / "evidence.jsonl").find("measure_impact") != std::string::npos);
}

TEST_CASE("without a fault it is written") {
  workplace here;
  CHECK(here.investigate({}) == cli::exit_code::finished);
  CHECK(fs::exists(here.directory / "report" / "postmortem.json"));
}
