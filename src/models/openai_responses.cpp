#include <stook/models/openai_responses.hpp>

#include <utility>

#include "models/http_model.hpp"
#include "models/responses_dialect.hpp"

namespace stook {

std::shared_ptr<chat_model> openai_responses(std::string model, openai_responses_options options) {
  options.endpoint =
      models::resolved(std::move(options.endpoint), "https://api.openai.com/v1", "OPENAI_API_KEY");
  model_endpoint endpoint = options.endpoint;
  auto speaks = std::make_unique<models::responses_dialect>(model, std::move(options));
  return std::make_shared<models::http_model>("openai_responses", std::move(model), std::move(speaks),
                                              std::move(endpoint));
}

}  // namespace stook
