#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include <oncall/data/input_files.hpp>
#include <stook/core/time.hpp>

namespace stook::sre::cli {

/// How an investigation runs and what it says.
struct run_settings {
  std::filesystem::path out{};
  std::string model = "rules";      ///< or openai:NAME, anthropic:NAME, an address
  bool fall_back_to_rules = false;  ///< where the model's run does not finish
  bool stream = true;               ///< ask the model for its answers in pieces
  std::filesystem::path record{};   ///< what the model was asked and answered
  std::filesystem::path replay{};   ///< answers in place of a model
  bool json = false;
  bool quiet = false;
  bool mask_emails = false;  ///< addresses in the inputs, as secrets are
  int pace_ms = 0;           ///< pause before each step, to watch
};

struct demo_command {
  std::uint64_t seed = 7;
  bool quiet_day = false;
  run_settings run{.out = "oncall-demo"};
};

struct investigate_command {
  input_files files{};
  run_settings run{.out = "oncall-out"};
};

struct generate_command {
  std::uint64_t seed = 7;
  bool quiet_day = false;
  std::filesystem::path out{};
};

struct detect_command {
  std::filesystem::path metrics{};
  bool trailing_z_score = false;  ///< show what that flags instead, to compare
  bool follow = false;            ///< say what opens and closes as rows come
  bool json = false;
};

struct sql_command {
  input_files files{};
  std::string query{};
  bool json = false;
};

struct scan_command {
  std::filesystem::path logs{};
  std::string message_column = "message";
  std::optional<timestamp> from{};  ///< with `to`; without them the templates of all lines are counted
  std::optional<timestamp> to{};
  bool assign = false;  ///< print the template of each line instead
  bool counts = false;  ///< only count the lines of the span
  bool json = false;
};

struct models_check_command {
  std::string model{};
  bool stream = true;
  bool json = false;
};

struct eval_command {
  std::uint64_t first_seed = 0;
  std::uint64_t last_seed = 0;
  std::vector<std::string> scenarios{};  ///< empty: all
  std::string model = "rules";
  std::filesystem::path json{};
  std::filesystem::path keep{};
  int jobs = 1;
};

struct verify_command {
  std::filesystem::path document{};
  input_files files{};
  bool mask_emails = false;  ///< as the investigation did
  bool json = false;
};

/// Text that was asked for: help, the version.
struct show_text {
  std::string text{};
};

using any_command =
    std::variant<show_text, demo_command, investigate_command, generate_command, detect_command, sql_command,
                 scan_command, models_check_command, eval_command, verify_command>;

/// A command line that cannot be understood; the message says what to do.
struct usage_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Reads the command line. Throws `usage_error`.
any_command read_command_line(int argc, const char* const* argv);

}  // namespace stook::sre::cli
