#pragma once

#include <string>

#include <CLI/App.hpp>

#include <oncall/cli/command_line.hpp>

namespace stook::sre::cli {

/// The options of `oncall eval` as they were typed.
struct eval_texts {
  std::string seeds = "1..5";
  std::string scenarios = "all";
  eval_command command{};
};

/// Declares them.
void add_eval(CLI::App& app, eval_texts& into);
/// Reads them. Throws `usage_error`.
eval_command read_eval(const eval_texts& typed);

}  // namespace stook::sre::cli
