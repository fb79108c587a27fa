#pragma once

#include <memory>
#include <optional>
#include <string>

#include <stook/chat/model.hpp>
#include <stook/models/model_endpoint.hpp>

namespace stook {

struct anthropic_options {
  model_endpoint endpoint{};
  /// Tokens that the model may think for before it answers: 1024 or more, and fewer than it may write. Empty:
  /// it does not think. What it thought is sent back to it unchanged, as the protocol demands.
  std::optional<int> thinking_budget{};
  /// Mark tools, system message and conversation to be kept by the provider, who charges less for reading
  /// them again.
  bool prompt_cache = true;
  /// False: at most one call an answer.
  bool parallel_tool_calls = true;
};

/// A model behind Anthropic's Messages protocol (POST {base_url}/messages), whose own base address is
/// https://api.anthropic.com/v1. The protocol demands a bound on the answer: 8192 tokens where neither
/// request nor endpoint has one.
///
///     auto model = stook::anthropic("claude-sonnet-4-5");                           // ANTHROPIC_API_KEY
///
/// The key of the environment is read here and goes to the provider's own address only. Throws `error`:
/// bad_url, no_api_key, bad_model_options. Thread-safe.
std::shared_ptr<chat_model> anthropic(std::string model, anthropic_options options = {});

}  // namespace stook
