#pragma once

#include <stook/models/anthropic.hpp>
#include "models/dialect.hpp"
#include "models/wire.hpp"

namespace stook::models {

/// Anthropic's Messages. An answer that holds more than text and calls is kept as it came, block by block, in
/// the message's provider data, `{"anthropic":[...]}`, and sent back so.
class anthropic_dialect final : public dialect {
 public:
  anthropic_dialect(std::string model, anthropic_options options);

  std::string_view path() const override { return "/messages"; }
  std::span<const std::string_view> members() const override;
  std::vector<std::pair<std::string, std::string>> headers(const std::string& key) const override;

  void write_head(std::string& out, const chat_request& request,
                  std::span<const message> systems) const override;
  void write_message(std::string& out, const message& m, open_turn& turn) const override;
  void write_tail(std::string& out, const open_turn& turn) const override;

  chat_reply read_whole(std::string_view body) const override;
  std::unique_ptr<stream_reader> read_stream(generation& context) const override;

 private:
  void write_options(std::string& out, const chat_request& request, const sent_schema& answer) const;
  void write_tools(std::string& out, const chat_request& request) const;

  std::string model_;
  anthropic_options options_;
};

}  // namespace stook::models
