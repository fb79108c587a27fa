#pragma once

#include <functional>

#include <oncall/cli/commands.hpp>
#include <oncall/tools/investigation.hpp>

namespace stook::sre::cli {

/// Runs the team on the files, writes the report into `settings.out`, shows what was asked for. Ends with 130
/// after an interrupt, with what was found so far written. A postmortem that does not verify is not written:
/// then it ends with 1 and the claims that do not hold on stderr, and the evidence is written instead.
/// `before_verifying` is for programs that put a fault into the draft, to see that it is found.
exit_code investigate(const input_files& files, const run_settings& settings, terminal& to,
                      const std::function<void(investigation&)>& before_verifying = {});

}  // namespace stook::sre::cli
