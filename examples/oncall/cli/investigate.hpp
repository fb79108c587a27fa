#pragma once

#include <oncall/cli/commands.hpp>

namespace stook::sre::cli {

/// Runs the team on the files, writes the report into `settings.out`, shows what was asked for. Ends with 130
/// after an interrupt, with what was found so far written.
exit_code investigate(const input_files& files, const run_settings& settings, terminal& to);

}  // namespace stook::sre::cli
