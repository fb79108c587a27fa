#pragma once

#include <memory>
#include <optional>
#include <string>

#include <stook/chat/model.hpp>
#include <stook/models/model_endpoint.hpp>

namespace stook {

/// What a server that speaks OpenAI's chat protocol understands of it. Begin with the one that is nearest and
/// change what differs.
struct openai_profile {
  std::string name = "openai";
  /// Where the server answers if the endpoint does not say.
  std::string base_url = "https://api.openai.com/v1";
  /// Environment variable of the key for that address; empty: it needs none.
  std::string key_variable = "OPENAI_API_KEY";
  /// Name of the request's bound on output tokens.
  std::string token_cap = "max_completion_tokens";
  /// Whether `strict` may be sent with a schema.
  bool strict_schemas = true;
  /// Whether `parallel_tool_calls` may be sent.
  bool parallel_flag = true;
  /// Whether the choice of a tool may be an object with its name. Where it may not, a tool that must be
  /// called is the only one that is offered.
  bool named_choice = true;
  /// Whether a stream may be asked to end with the usage.
  bool stream_usage = true;

  static openai_profile openai();
  /// llama.cpp's llama-server at 127.0.0.1:8080.
  static openai_profile llama_cpp();
  /// Ollama at 127.0.0.1:11434.
  static openai_profile ollama();
  /// vLLM at 127.0.0.1:8000.
  static openai_profile vllm();
  /// Any other server or gateway: sends nothing that only some understand. Needs a `base_url`.
  static openai_profile gateway();
};

struct openai_options {
  model_endpoint endpoint{};
  openai_profile profile{};
  /// False: at most one call an answer. Empty: the server's rule. Not sent where the profile has no such
  /// flag.
  std::optional<bool> parallel_tool_calls{};
  /// "minimal", "low", "medium", "high", as the model takes it; empty: not sent.
  std::string reasoning_effort{};
};

/// A model behind OpenAI's Chat Completions protocol (POST {base_url}/chat/completions).
///
///     auto model = stook::openai("gpt-5-mini");                                     // OPENAI_API_KEY
///     auto local = stook::openai("qwen3", {.profile = stook::openai_profile::ollama()});
///
/// The key of the environment is read here and goes to the profile's own address only; a `base_url` of one's
/// own gets `endpoint.api_key` or none. Throws `error`: bad_url, no_api_key, bad_model_options. Thread-safe.
std::shared_ptr<chat_model> openai(std::string model, openai_options options = {});

}  // namespace stook
