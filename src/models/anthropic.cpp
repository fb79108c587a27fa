#include <stook/models/anthropic.hpp>

#include <utility>

#include <fmt/format.h>

#include <stook/core/error.hpp>
#include "models/anthropic_dialect.hpp"
#include "models/http_model.hpp"

namespace stook {

std::shared_ptr<chat_model> anthropic(std::string model, anthropic_options options) {
  if (options.thinking_budget && *options.thinking_budget < 1024) {
    throw error(
        failure{"bad_model_options",
                fmt::format("expected 1024 or more tokens to think, got {}", *options.thinking_budget),
                "leave thinking_budget empty for a model that does not think"});
  }
  if (options.thinking_budget && options.adaptive_thinking) {
    throw error(failure{"bad_model_options", "expected adaptive thinking or a budget to think, got both",
                        "leave thinking_budget empty for a model that finds its own"});
  }
  options.endpoint =
      models::resolved(std::move(options.endpoint), "https://api.anthropic.com/v1", "ANTHROPIC_API_KEY");
  model_endpoint endpoint = options.endpoint;
  auto speaks = std::make_unique<models::anthropic_dialect>(model, std::move(options));
  return std::make_shared<models::http_model>("anthropic", std::move(model), std::move(speaks),
                                              std::move(endpoint));
}

}  // namespace stook
