#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <oncall/cli/command_line.hpp>
#include <stook/chat/model.hpp>
#include <stook/core/redact.hpp>

namespace stook::sre::cli {

/// The language model of that name or address, asked for its answers in pieces or not, with retries and a
/// time limit around it. OPENAI_BASE_URL and ANTHROPIC_BASE_URL are honoured as the official clients do it.
/// Throws `error`: no_api_key, bad_url.
std::shared_ptr<chat_model> model_named(const std::string& text, bool stream);

/// The language model that the settings ask for, with retries and a time limit around it, recorded or
/// replayed; null if the rules decide. Throws `error`: no_api_key, bad_url, bad_cassette, cassette_write.
std::shared_ptr<chat_model> choose_model(const run_settings& settings);

/// Takes the keys of language models out of every text, whatever their form.
redactor masks_for(bool emails);
/// `text` as it is, or with everything secret masked if it holds one of those keys: the last look at what is
/// written, for a server may send a key back.
std::string without_keys(std::string_view text);

}  // namespace stook::sre::cli
