#pragma once

#include <oncall/cli/command_line.hpp>
#include <oncall/cli/terminal.hpp>

namespace stook::sre::cli {

/// What the shell learns.
enum class exit_code : int { finished = 0, failed = 1, wrong_input = 2, interrupted = 130 };

exit_code run(const show_text& command, terminal& to);
exit_code run(const demo_command& command, terminal& to);
exit_code run(const investigate_command& command, terminal& to);
exit_code run(const generate_command& command, terminal& to);
exit_code run(const detect_command& command, terminal& to);
exit_code run(const sql_command& command, terminal& to);
exit_code run(const scan_command& command, terminal& to);
exit_code run(const verify_command& command, terminal& to);
exit_code run(const models_check_command& command, terminal& to);
exit_code run(const eval_command& command, terminal& to);

}  // namespace stook::sre::cli
