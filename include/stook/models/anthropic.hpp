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
  /// Let the model think as long as it finds right, which is how newer models are asked; not with a budget.
  bool adaptive_thinking = false;
  /// How hard to try: "low", "medium", "high", ..., as the model takes it; empty: not sent.
  std::string effort{};
  /// Mark tools, system message and conversation to be kept by the provider, who charges less for reading
  /// them again.
  bool prompt_cache = true;
  /// Keep it for an hour and not for five minutes, for which writing it costs more: where runs pause for
  /// long.
  bool long_cache = false;
  /// Hold the model to the schemas of those tools that have strict ones. Older models refuse that.
  bool strict_tools = false;
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
