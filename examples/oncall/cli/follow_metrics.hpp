#pragma once

#include <filesystem>

#include <oncall/cli/commands.hpp>

namespace stook::sre::cli {

/// Reads metrics as they come, a pipe for instance, and says at once when a window opens and when it closes:
/// a line each, or with `json` an object a line. Ends with the input. Throws `error` as `load_metrics` does.
exit_code follow_metrics(const std::filesystem::path& metrics, bool json, terminal& to);

}  // namespace stook::sre::cli
