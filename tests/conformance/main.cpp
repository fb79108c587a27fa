// stook_fault_conformance FILE.tsv [ID...]: plays each case of a table of faults against an agent, with a
// model server on loopback that says the bytes of the case. One line a case, and the sum.

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <set>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <boost/json/parse.hpp>

#include "case_run.hpp"
#include "faulted_run.hpp"

namespace {

int play(const std::string& file, std::set<std::string> only, const std::string& program) {
  const std::vector<conformance::fault_case> cases = conformance::read_table(file);
  std::set<std::string> unknown = only;
  for (const conformance::fault_case& c : cases) unknown.erase(c.id);
  if (!unknown.empty()) throw std::runtime_error(fmt::format("{} has no case {}", file, *unknown.begin()));
  std::size_t passed = 0, failed = 0;
  for (const conformance::fault_case& c : cases) {
    if (!only.empty() && !only.contains(c.id)) continue;
    std::vector<std::string> flaws = conformance::run_case(c, program);
    for (std::string& flaw : flaws) std::replace(flaw.begin(), flaw.end(), '\n', ' ');
    ++(flaws.empty() ? passed : failed);
    if (flaws.empty()) {
      fmt::print("PASS {} {}\n", c.id, c.fault);
    } else {
      fmt::print("FAIL {} {}: {}\n", c.id, c.fault, fmt::join(flaws, "; "));
    }
    std::fflush(stdout);
  }
  fmt::print("{} passed, {} failed\n", passed, failed);
  return failed == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  try {
    if (argc == 3 && std::string_view(argv[1]) == "--run") {
      return conformance::run_faulted(conformance::setting_of(boost::json::parse(argv[2]).as_object()));
    }
    if (argc < 2 || std::string_view(argv[1]).starts_with('-')) {
      fmt::print(stderr, "usage: stook_fault_conformance FILE.tsv [ID...]\n");
      return 2;
    }
    return play(argv[1], {argv + 2, argv + argc}, "/proc/self/exe");
  } catch (const std::exception& e) {
    fmt::print(stderr, "stook_fault_conformance: {}\n", e.what());
    return 2;
  }
}
