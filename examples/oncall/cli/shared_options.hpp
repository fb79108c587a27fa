#pragma once

#include <cstdint>
#include <string>

#include <oncall/cli/command_line.hpp>

namespace CLI {
class App;
}

namespace stook::sre::cli {

/// What is wrong with the text of --model; empty if nothing is.
std::string flaw_in_model(const std::string& text);

// Options of more than one command, each set with the words of its help.

void add_inputs(CLI::App& app, input_files& files, bool required);
void add_run(CLI::App& app, run_settings& run);
void add_day(CLI::App& app, std::uint64_t& seed, bool& quiet_day);

inline constexpr const char* model_forms =
    "openai:NAME or openai-responses:NAME (OPENAI_API_KEY), anthropic:NAME (ANTHROPIC_API_KEY), "
    "ollama:NAME,\n"
    "or URL#NAME of an OpenAI-compatible server (ONCALL_API_KEY, if it wants one). OPENAI_BASE_URL and\n"
    "ANTHROPIC_BASE_URL say where their protocols are spoken instead";
inline constexpr const char* no_stream = "Ask for whole answers, from servers whose streams are broken";

}  // namespace stook::sre::cli
