#include "case_run.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "child_process.hpp"
#include "fault_server.hpp"
#include "faulted_run.hpp"
#include "request_check.hpp"

namespace conformance {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;
using namespace std::chrono_literals;

// A process that is this much over its time has not ended and will not.
constexpr auto grace = 10s;

struct scratch_folder {
  scratch_folder() {
    std::string name = (fs::temp_directory_path() / "stook-conformance-XXXXXX").string();
    if (!::mkdtemp(name.data())) throw std::runtime_error("no folder for recordings can be made");
    path = name;
  }
  ~scratch_folder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  fs::path path;
};

/// One case in one transport.
class case_run {
 public:
  case_run(const fault_case& c, const std::string& program, transport way)
      : case_(c), program_(program), way_(way), script_(read_script(c.script, way)), server_(script_, way) {}

  std::vector<std::string> flaws() {
    const json::object report = run();
    const played played = server_.so_far();
    judge_requests(played);
    if (!failed_.empty()) {
      wrong(failed_);
    } else if (const auto* thrown = report.if_contains("thrown")) {
      wrong(fmt::format("expected no exception to leave the run, got {}",
                        std::string_view(thrown->as_string())));
    } else {
      judge(report, played);
    }
    return std::move(flaws_);
  }

 private:
  void wrong(std::string what) { flaws_.push_back(fmt::format("[{}] {}", to_string(way_), what)); }

  // The report of the last process.
  json::object run() {
    const scratch_folder scratch;
    const bool structured = script_.is_structured || case_.fault.find("structured") != std::string::npos ||
                            case_.expect.run == "error:answer.schema";
    run_setting setting{.url = server_.base_url(),
                        .ca_file = server_.ca_file(),
                        .stream = way_ != transport::whole,
                        .structured = structured,
                        .record = (scratch.path / "first.json").string(),
                        .resume = ""};
    for (int processes = 1;; ++processes) {
      bool killed = false;
      const json::object report = run_process(setting, killed);
      if (!killed) return report;
      setting.resume = setting.record;
      setting.record = (scratch.path / fmt::format("after-kill-{}.json", processes)).string();
    }
  }

  json::object run_process(const run_setting& setting, bool& killed) {
    child_process child({program_, "--run", json::serialize(to_json(setting))});
    const auto until =
        std::chrono::steady_clock::now() + std::chrono::milliseconds(case_.expect.max_ms) * patience + grace;
    bool cancelled = false;
    while (std::chrono::steady_clock::now() < until) {
      if (const auto line = child.read_line(2ms)) {
        if (*line != "refused") {
          note_ending(child);
          return json::parse(*line).as_object();
        }
        server_.note_refused();
        child.write_line("go");
      }
      if (child.is_closed()) {
        const std::string ending = child.ending();
        failed_ =
            fmt::format("expected a report of the run, got none: {}", ending.empty() ? "it ended" : ending);
        return {};
      }
      if (server_.wants_kill()) {
        child.kill();
        killed = true;
        return {};
      }
      if (case_.expect.run == "cancelled" && !cancelled && server_.is_quiet()) {
        std::this_thread::sleep_for(50ms * patience);  // so that the run waits for what it was not told
        child.write_line("cancel");
        cancelled = true;
      }
    }
    failed_ = fmt::format("expected the run to end, got no end {} ms after {} ms were over",
                          std::chrono::milliseconds(grace).count(), case_.expect.max_ms);
    return {};
  }

  // A process that has said how its run ended must end well itself.
  void note_ending(child_process& child) {
    const auto until = std::chrono::steady_clock::now() + grace;
    while (!child.is_closed() && std::chrono::steady_clock::now() < until) child.read_line(100ms);
    const std::string ending = child.is_closed() ? child.ending() : "it did not end";
    if (!ending.empty()) wrong(fmt::format("expected the process of the run to end well, got: {}", ending));
  }

  void judge_requests(const played& p) {
    for (std::size_t i = 0; i < p.requests.size(); ++i) {
      if (script_.tls.empty()) {
        const std::string flaw = flaw_of(p.requests[i].body);
        if (!flaw.empty()) wrong(fmt::format("expected request {} to be valid, got: {}", i + 1, flaw));
      }
    }
    if (p.reused_spoilt) wrong("expected a new connection behind a reply that did not end, got the same one");
  }

  void judge(const json::object& report, const played& p) {
    const expectation& e = case_.expect;
    const std::string run(report.at("run").as_string());
    if (run != e.run) {
      wrong(fmt::format("expected run {}, got {} ({})", e.run, run,
                        std::string_view(report.at("error").as_string())));
    }
    const auto expect = [&](std::string_view what, std::int64_t expected, std::int64_t got) {
      if (expected != got) wrong(fmt::format("expected {} {}, got {}", what, expected, got));
    };
    expect("tools", e.tools, report.at("tools").as_int64());
    expect("http", e.http, static_cast<std::int64_t>(p.requests.size()) + p.refused);
    if (e.tool_error) {
      const std::vector<std::string> codes = tool_errors(p.requests);
      if (std::find(codes.begin(), codes.end(), *e.tool_error) == codes.end()) {
        wrong(fmt::format("expected tool_error {}, got [{}]", *e.tool_error, fmt::join(codes, ", ")));
      }
    }
    judge_bounds(report);
    judge_end(report);
  }

  void judge_bounds(const json::object& report) {
    const expectation& e = case_.expect;
    const std::int64_t ms = report.at("ms").as_int64(), rss = report.at("rss_mb").as_int64();
    if (ms > e.max_ms * patience) wrong(fmt::format("expected an end within {} ms, got {} ms", e.max_ms, ms));
    if (!sanitized && rss >= e.max_rss_mb) {
      wrong(fmt::format("expected less than {} MB of memory, got {} MB", e.max_rss_mb, rss));
    }
    const auto* unknown = report.if_contains("unknown_placeholder");
    if (unknown && !unknown->as_string().empty()) {
      wrong(fmt::format("expected a known placeholder, got \"{}\"", std::string_view(unknown->as_string())));
    }
  }

  void judge_end(const json::object& report) {
    const json::array& ends = report.at("ends").as_array();
    if (ends.size() != 1 || ends[0] != report.at("reason")) {
      wrong(fmt::format("expected one end of the run, with its code, got {}", json::serialize(ends)));
    }
    constexpr std::size_t longest_error = 2048;
    if (report.at("error").as_string().size() > longest_error) {
      wrong(fmt::format("expected an error of {} bytes at most, got {}", longest_error,
                        report.at("error").as_string().size()));
    }
    if (report.at("leaks_key").as_bool())
      wrong("expected the key nowhere, got it in the answer or its error");
    if (report.at("negative_usage").as_bool())
      wrong("expected usage that does not go down, got negative usage");
    if (report.at("cut_unmarked").as_bool()) wrong("expected a cut result to say so, got one that does not");
    if (const auto& replay = report.at("replay").as_string(); !replay.empty()) {
      wrong(fmt::format("expected the same run from its recording, got: {}", std::string_view(replay)));
    }
  }

  const fault_case& case_;
  const std::string& program_;
  transport way_;
  fault_script script_;
  fault_server server_;
  std::string failed_;
  std::vector<std::string> flaws_;
};

std::vector<transport> transports_of(const fault_case& c) {
  if (is_stream_only(c.script)) return {transport::stream, transport::split};
  return {transport::whole, transport::stream, transport::split};
}

}  // namespace

std::vector<std::string> run_case(const fault_case& c, const std::string& program) {
  std::vector<std::string> flaws;
  if (!c.unreadable.empty()) return {c.unreadable};
  for (const transport way : transports_of(c)) {
    try {
      case_run run(c, program, way);
      for (std::string& flaw : run.flaws()) flaws.push_back(std::move(flaw));
    } catch (const std::exception& e) {
      return {e.what()};
    }
  }
  return flaws;
}

}  // namespace conformance
