#pragma once

#include <memory>
#include <optional>
#include <string>

#include <stook/chat/model.hpp>
#include <stook/models/model_endpoint.hpp>

namespace stook {

struct openai_responses_options {
  model_endpoint endpoint{};
  /// False: at most one call an answer. Empty: the server's rule.
  std::optional<bool> parallel_tool_calls{};
  /// "minimal", "low", "medium", "high", as the model takes it; empty: not sent.
  std::string reasoning_effort{};
  /// Ask for the model's reasoning, encrypted, and send it back unchanged with the results of its calls.
  /// Servers that know no such thing may refuse the question.
  bool encrypted_reasoning = true;
};

/// A model behind OpenAI's Responses protocol (POST {base_url}/responses), whose own base address is
/// https://api.openai.com/v1. Stateless: nothing is stored by the provider, each request has the whole
/// conversation.
///
///     auto model = stook::openai_responses("gpt-5");                                // OPENAI_API_KEY
///
/// The key of the environment is read here and goes to the provider's own address only. Throws `error`:
/// bad_url, no_api_key, bad_model_options. Thread-safe.
std::shared_ptr<chat_model> openai_responses(std::string model, openai_responses_options options = {});

}  // namespace stook
