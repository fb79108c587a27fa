#pragma once

#include <stook/models/openai_responses.hpp>
#include "models/dialect.hpp"

namespace stook::models {

/// OpenAI's Responses, stateless. An answer that holds more than text and calls is kept as it came, item by
/// item, in the message's provider data, `{"responses":[...]}`, and sent back so.
class responses_dialect final : public dialect {
 public:
  responses_dialect(std::string model, openai_responses_options options);

  std::string_view path() const override { return "/responses"; }
  std::span<const std::string_view> members() const override;
  std::vector<std::pair<std::string, std::string>> headers(const std::string& key) const override;

  void write_head(std::string& out, const chat_request& request,
                  std::span<const message> systems) const override;
  void write_message(std::string& out, const message& m, open_turn& turn) const override;
  void write_tail(std::string& out, const open_turn& turn) const override;

  chat_reply read_whole(std::string_view body) const override;
  std::unique_ptr<stream_reader> read_stream(generation& context) const override;

 private:
  void write_options(std::string& out, const chat_request& request) const;
  void write_tools(std::string& out, const chat_request& request) const;

  std::string model_;
  openai_responses_options options_;
};

}  // namespace stook::models
