#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <stook/chat/image.hpp>

namespace stook {

enum class role : unsigned char { system, user, assistant, tool };
std::string_view to_string(role r);

/// A call that a model asks for. The arguments are the text that it wrote: possibly empty, possibly not JSON.
struct tool_call {
  std::string id;
  std::string name;
  std::string arguments;

  friend bool operator==(const tool_call&, const tool_call&) = default;
};

/// One message of a conversation. Immutable; a copy costs a reference count. Thread-safe.
class message {
 public:
  /// An assistant message without content.
  message();
  static message system(std::string text);
  /// What a person says and shows; one of both may be empty.
  static message user(std::string text, std::vector<image> images = {});
  static message assistant(std::string text, std::vector<tool_call> calls = {});
  /// The answer to one call: its id, the tool's name, what the model is to read, whether the call failed.
  static message tool(std::string call_id, std::string tool_name, std::string text, bool error = false);

  role from() const { return body_->from; }
  const std::string& text() const { return body_->text; }
  std::span<const tool_call> calls() const { return body_->calls; }
  /// Of a user message.
  std::span<const image> images() const { return body_->images; }
  /// Of a tool message.
  const std::string& call_id() const { return body_->call_id; }
  const std::string& tool_name() const { return body_->tool_name; }
  bool is_error() const { return body_->error; }
  /// What a provider sent beside the text and wants back unchanged (reasoning, signatures): its own JSON
  /// text, which only that provider's adapter reads.
  const std::string& provider_data() const { return body_->provider_data; }
  message with_provider_data(std::string json_text) const;

  bool empty() const { return body_->text.empty() && body_->calls.empty() && body_->images.empty(); }
  /// The same for copies of one message, and for no other message while one of them lives: content that was
  /// looked at once can be known again without comparing it.
  const void* identity() const { return body_.get(); }

  friend bool operator==(const message& a, const message& b);

 private:
  struct body {
    role from = role::assistant;
    bool error = false;
    std::string text{};
    std::vector<tool_call> calls{};
    std::vector<image> images{};
    std::string call_id{};
    std::string tool_name{};
    std::string provider_data{};

    friend bool operator==(const body&, const body&) = default;
  };
  explicit message(std::shared_ptr<const body> b) : body_(std::move(b)) {}
  static std::shared_ptr<body> make(role from, std::string text);

  std::shared_ptr<const body> body_;
};

/// JSON text of a message as OpenAI's chat format spells it, with `error: true` added to a failed tool
/// message: for traces, hashes and people.
std::string to_json_text(const message& m);

}  // namespace stook
