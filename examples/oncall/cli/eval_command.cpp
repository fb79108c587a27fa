#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <boost/json/value.hpp>

#include <oncall/cli/commands.hpp>
#include <oncall/cli/interrupt.hpp>
#include <oncall/cli/model_choice.hpp>
#include <oncall/cli/output_directory.hpp>
#include <oncall/cli/table.hpp>
#include <oncall/eval/summary.hpp>
#include <stook/core/codec.hpp>
#include <stook/core/file.hpp>
#include <stook/core/json.hpp>

namespace stook::sre::cli {
namespace {

std::vector<eval::case_settings> cases_of(const eval_command& command,
                                          const std::shared_ptr<chat_model>& model) {
  std::vector<eval::case_settings> out;
  for (const eval::scenario& s : eval::scenarios()) {
    const auto& names = command.scenarios;
    if (!names.empty() && std::ranges::find(names, s.name) == names.end()) continue;
    for (std::uint64_t seed = command.first_seed; seed <= command.last_seed; ++seed) {
      eval::case_settings next{.kind = &s, .seed = seed, .model = model, .keep = command.keep};
      if (!s.quiet()) out.push_back(next);
      next.quiet = true;
      out.push_back(next);
    }
  }
  return out;
}

/// Runs the cases on some threads; results stand where their cases do.
class case_runner {
 public:
  case_runner(const std::vector<eval::case_settings>& cases, terminal& to) : cases_(cases), to_(to) {
    results_.resize(cases.size());
  }

  std::vector<eval::case_result> run(int jobs) {
    {
      std::vector<std::jthread> threads;
      for (int i = 0; i < jobs; ++i) threads.emplace_back([this] { work(); });
    }
    if (to_.err.is_terminal()) to_.err.write("\n");
    if (broken_) std::rethrow_exception(broken_);
    return std::move(results_);
  }

  bool interrupted() const { return watch_.interrupted(); }

 private:
  void work() {
    while (!watch_.interrupted()) {
      const std::size_t i = next_++;
      if (i >= cases_.size()) return;
      try {
        results_[i] = eval::run_case(cases_[i]);
      } catch (...) {
        const std::lock_guard guard(mutex_);
        if (!broken_) broken_ = std::current_exception();
        next_ = cases_.size();
        return;
      }
      finished(results_[i]);
    }
  }

  void finished(const eval::case_result& r) {
    const std::lock_guard guard(mutex_);
    ++done_;
    const std::string text = fmt::format("{}/{} {} {}{} {:.0f}", done_, cases_.size(), r.scenario, r.seed,
                                         r.quiet ? " quiet" : "", r.scored.points);
    if (to_.err.is_terminal()) {
      to_.err.write("\r" + padded(text, 60));
    } else if (done_ % 50 == 0 || done_ == cases_.size()) {
      to_.err.line(text);
    }
  }

  const std::vector<eval::case_settings>& cases_;
  terminal& to_;
  const interrupt_watch watch_;
  std::atomic<std::size_t> next_ = 0;
  std::mutex mutex_;
  std::size_t done_ = 0;
  std::exception_ptr broken_;
  std::vector<eval::case_result> results_;
};

void add_row(table& to, const eval::group_score& g, bool with_tokens) {
  const eval::case_score& m = g.mean;
  std::vector<std::string> row{g.group, std::to_string(g.cases)};
  for (const double share : {m.count, m.iou, m.service_1, m.service_3, m.mechanism, m.trigger, m.decoys,
                             m.impact, m.verification, m.schema})
    row.push_back(fmt::format("{:.2f}", share));
  row.push_back(fmt::format("{:.1f}", m.points));
  row.push_back(fmt::format("{:.0f}", g.worst_points));
  row.push_back(fmt::format("{:.0f}", g.median_ms));
  if (with_tokens) row.push_back(std::to_string(g.tokens));
  to.add(std::move(row));
}

void show(const eval::evaluation& e, terminal& to) {
  const bool with_tokens = e.model != "rules";
  std::vector<std::string> header{"faults", "days",   "count",   "IoU",    "svc@1",
                                  "svc@3",  "mech",   "trigger", "decoys", "impact",
                                  "verify", "schema", "points",  "worst",  "ms"};
  if (with_tokens) header.emplace_back("tokens");
  table faults(header);
  for (const auto& g : e.scenarios) add_row(faults, g, with_tokens);
  for (const auto& g : e.amplitudes) add_row(faults, g, with_tokens);
  if (e.faults.cases > 0) {
    add_row(faults, e.faults, with_tokens);
    to.out.write(faults.text(to.out));
  }
  to.out.line(fmt::format("Quiet days: {} of {} points on {} days; {} of them with a false window.",
                          fmt::format("{:.1f}", e.quiet.mean.points), 100, e.quiet.cases,
                          std::ranges::count_if(e.cases, [](const eval::case_result& c) {
                            return c.quiet && c.scored.count < 1;
                          })));
}

}  // namespace

exit_code run(const eval_command& command, terminal& to) {
  if (!command.keep.empty()) prepare_directory(command.keep);
  run_settings who{.model = command.model};
  const std::vector<eval::case_settings> cases = cases_of(command, choose_model(who));
  case_runner runner(cases, to);
  std::vector<eval::case_result> results = runner.run(command.jobs);
  if (runner.interrupted()) return exit_code::interrupted;
  const eval::evaluation all =
      eval::sum_up(std::move(results), command.first_seed, command.last_seed, command.model);
  show(all, to);
  if (!command.json.empty())
    write_whole_file(command.json, dump_json_pretty(to_json(all)) + "\n", "output_write");
  return exit_code::finished;
}

}  // namespace stook::sre::cli
