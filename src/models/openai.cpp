#include <stook/models/openai.hpp>

#include <utility>

#include "models/http_model.hpp"
#include "models/openai_dialect.hpp"

namespace stook {

openai_profile openai_profile::openai() { return {}; }

openai_profile openai_profile::llama_cpp() {
  openai_profile p = gateway();
  p.name = "llama_cpp";
  p.base_url = "http://127.0.0.1:8080/v1";
  p.parallel_flag = true;
  p.stream_usage = true;
  return p;
}

openai_profile openai_profile::ollama() {
  openai_profile p = gateway();
  p.name = "ollama";
  p.base_url = "http://127.0.0.1:11434/v1";
  p.stream_usage = true;
  return p;
}

openai_profile openai_profile::vllm() {
  openai_profile p = gateway();
  p.name = "vllm";
  p.named_choice = true;
  p.base_url = "http://127.0.0.1:8000/v1";
  p.parallel_flag = true;
  p.stream_usage = true;
  return p;
}

openai_profile openai_profile::gateway() {
  return {.name = "gateway",
          .base_url = {},
          .key_variable = {},
          .token_cap = "max_tokens",
          .strict_schemas = false,
          .parallel_flag = false,
          .named_choice = false,
          .stream_usage = false};
}

std::shared_ptr<chat_model> openai(std::string model, openai_options options) {
  const openai_profile& profile = options.profile;
  options.endpoint = models::resolved(std::move(options.endpoint), profile.base_url, profile.key_variable);
  std::string provider = profile.name;
  model_endpoint endpoint = options.endpoint;
  auto speaks = std::make_unique<models::openai_dialect>(model, std::move(options));
  return std::make_shared<models::http_model>(std::move(provider), std::move(model), std::move(speaks),
                                              std::move(endpoint));
}

}  // namespace stook
