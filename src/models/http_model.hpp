#pragma once

#include <memory>
#include <string>

#include <stook/chat/model_error.hpp>
#include <stook/models/model_endpoint.hpp>
#include "http/client.hpp"
#include "models/dialect.hpp"
#include "models/request_memory.hpp"

namespace stook::models {

/// A dialect, spoken over HTTP.
class http_model final : public waiting_model {
 public:
  /// `provider` and `model` are the name: "openai:gpt-5-mini". The endpoint is complete, as `resolved` makes
  /// it. Throws `error` with bad_url or bad_model_options.
  http_model(std::string provider, std::string model, std::unique_ptr<const dialect> speaks,
             model_endpoint endpoint);

  std::string name() const override { return name_; }
  task<chat_reply> async_generate(const chat_request& request, generation& context) override;

 private:
  using time_point = std::chrono::steady_clock::time_point;

  task<chat_reply> exchange(const chat_request& request, generation& context);
  task<std::string> read_refusal(http::response& in);
  task<chat_reply> read_stream(http::response& in, generation& context);
  task<void> read_end(http::response& in) const;
  task<chat_reply> read_whole(http::response& in, generation& context);
  void complete(chat_reply& reply, const http::response& in, std::size_t request_bytes) const;
  model_error of_transport(const error& e, bool answer_began, time_point began) const;

  std::string name_;
  std::string model_;
  std::unique_ptr<const dialect> dialect_;
  model_endpoint endpoint_;
  http::url url_;
  std::vector<http::header> headers_;
  std::vector<std::string> secrets_;  // what no error shows
  http::client client_;
  request_memory memory_;
};

/// The endpoint with the provider's address and the environment's key where it has none of its own. Throws
/// `error`: no_api_key, bad_model_options.
model_endpoint resolved(model_endpoint endpoint, const std::string& base_url,
                        const std::string& key_variable);

}  // namespace stook::models
