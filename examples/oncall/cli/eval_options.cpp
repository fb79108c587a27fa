#include <oncall/cli/eval_options.hpp>

#include <charconv>
#include <optional>
#include <string_view>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <oncall/cli/shared_options.hpp>
#include <oncall/eval/scenario.hpp>

namespace stook::sre::cli {
namespace {

constexpr std::uint64_t most_seeds = 10'000;

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t out = 0;
  const auto [end, why] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (text.empty() || why != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return out;
}

void read_seeds(std::string_view text, eval_command& into) {
  const auto dots = text.find("..");
  const auto first = number(text.substr(0, dots));
  const auto last = dots == text.npos ? first : number(text.substr(dots + 2));
  if (!first || !last || *last < *first) {
    throw usage_error(
        fmt::format("--seeds {}: expected a seed such as 7, or the first and the last as in 1..20", text));
  }
  if (*last - *first >= most_seeds)
    throw usage_error(fmt::format("--seeds {}: expected at most {} seeds", text, most_seeds));
  into.first_seed = *first;
  into.last_seed = *last;
}

void read_scenarios(std::string_view text, eval_command& into) {
  if (text == "all") return;
  while (true) {
    const auto comma = text.find(',');
    const std::string name(text.substr(0, comma));
    if (eval::find_scenario(name) == nullptr) {
      std::string known;
      for (const eval::scenario& s : eval::scenarios())
        known += fmt::format("{}{}", known.empty() ? "" : ", ", s.name);
      throw usage_error(
          fmt::format("--scenario {}: there is none of this name; expected all, or some of {}", name, known));
    }
    into.scenarios.push_back(name);
    if (comma == text.npos) return;
    text.remove_prefix(comma + 1);
  }
}

std::string scenario_list() {
  std::string out = "Scenarios, each with a quiet twin:\n";
  for (const eval::scenario& s : eval::scenarios()) out += fmt::format("  {:<22} {}\n", s.name, s.what);
  return out;
}

}  // namespace

void add_eval(CLI::App& app, eval_texts& into) {
  app.add_option("--seeds", into.seeds, "The first and the last seed, or one")
      ->type_name("A..B")
      ->capture_default_str();
  app.add_option("--scenario", into.scenarios, "all, or names with commas between")
      ->type_name("NAMES")
      ->capture_default_str();
  app.add_option("--model", into.command.model, "Who decides, as in oncall investigate")
      ->check(flaw_in_model)
      ->type_name("MODEL")
      ->capture_default_str();
  app.add_option("--json", into.command.json, "Every case and every sum, as JSON")->type_name("FILE");
  app.add_option("--keep", into.command.keep, "Keep the days and the postmortems here")->type_name("DIR");
  app.add_option("--jobs", into.command.jobs, "Cases at the same time")
      ->check(CLI::Range(1, 64))
      ->type_name("N")
      ->capture_default_str();
  app.footer(scenario_list() +
             "\nThe days are made up; a good score here is no promise about yours.\n\n"
             "Examples:\n  oncall eval --seeds 1..20 --jobs 2\n"
             "  oncall eval --seeds 7 --scenario bad_deploy,one_region --json scores.json --keep days");
}

eval_command read_eval(const eval_texts& typed) {
  eval_command out = typed.command;
  read_seeds(typed.seeds, out);
  read_scenarios(typed.scenarios, out);
  return out;
}

}  // namespace stook::sre::cli
