#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

#include <stook/chat/message.hpp>
#include <stook/core/fwd.hpp>
#include <stook/core/usage.hpp>
#include <stook/tool/tool.hpp>

namespace stook {

/// Why a model stopped writing.
enum class finish_reason : unsigned char { stop, tool_calls, length, content_filter, other };
std::string_view to_string(finish_reason r);

/// Whether a model may, must not or must call a tool.
enum class tool_choice : unsigned char { automatic, none, required };

/// A structured answer that is asked for.
struct answer_schema {
  std::string name;
  std::string_view schema;  ///< JSON text of the schema
};

/// One request to a model. Views: everything outlives the call.
struct chat_request {
  std::span<const message> messages{};
  std::span<const tool> tools{};
  tool_choice choice = tool_choice::automatic;
  /// Name of the tool that the model must call, where `choice` is `required`; empty: any of them.
  std::string_view must_call{};
  const answer_schema* schema = nullptr;
  std::optional<double> temperature{};
  std::optional<int> max_output_tokens{};
};

/// What a server says of its caller's quota: how much is left, and how long until it is whole again.
struct rate_limits {
  std::optional<std::int64_t> requests_left{};
  std::optional<std::int64_t> tokens_left{};
  std::optional<std::chrono::milliseconds> requests_reset{};
  std::optional<std::chrono::milliseconds> tokens_reset{};
  /// Where a server counts what goes in and what comes out each for itself.
  std::optional<std::int64_t> input_tokens_left{};
  std::optional<std::int64_t> output_tokens_left{};
  std::optional<std::chrono::milliseconds> input_tokens_reset{};
  std::optional<std::chrono::milliseconds> output_tokens_reset{};

  friend bool operator==(const rate_limits&, const rate_limits&) = default;
};

/// What a model answered.
struct chat_reply {
  message answer;
  finish_reason finish = finish_reason::stop;
  usage used{};
  /// Name of the model that answered, where it differs from the one that was asked.
  std::string model{};
  /// True if the server did not say what it used, or said nonsense: `used` is then reckoned from sizes.
  bool usage_is_estimate = false;
  /// The server's name for this exchange, to tell its people; empty if it gave none.
  std::string request_id{};
  rate_limits limits{};
};

/// What a model call knows of its run: where deltas go, and when to stop.
class generation {
 public:
  virtual ~generation() = default;
  /// A piece of the answer's text, as it arrives.
  virtual void text_delta(std::string_view piece) { static_cast<void>(piece); }
  /// False if nobody hears the pieces: then a stream that broke off may be asked for again.
  virtual bool listens() const { return true; }
  /// A piece of the model's reasoning, where its provider shows it.
  virtual void reasoning_delta(std::string_view piece) { static_cast<void>(piece); }
  /// A piece of the arguments of a call, which is the reply's `index`th, counted from 0. The first piece of a
  /// call may be empty and tells that it began. To look at, not to act on: only the whole reply is checked.
  virtual void call_delta(std::size_t index, std::string_view tool, std::string_view piece) {
    static_cast<void>(index), static_cast<void>(tool), static_cast<void>(piece);
  }
  virtual std::stop_token stop() const { return {}; }
  /// Time left for the whole run, if it has a limit.
  virtual std::optional<std::chrono::nanoseconds> time_left() const { return std::nullopt; }
};

/// Something that answers conversations. Extend `immediate_model` or `waiting_model` and not this. May be
/// called concurrently, by many runs. A failure is thrown as `error` with a code `model.*` (model.timeout,
/// model.overload, model.auth, model.rejected, model.protocol, model.too_large, ...).
class chat_model {
 public:
  virtual ~chat_model() = default;

  /// As a person would name it: "openai:gpt-5-mini", "scripted".
  virtual std::string name() const = 0;
  /// True if `generate` answers without waiting for anything.
  virtual bool is_immediate() const = 0;
  virtual chat_reply generate(const chat_request& request, generation& context) = 0;
  virtual task<chat_reply> async_generate(const chat_request& request, generation& context) = 0;
};

/// A model that computes its answer on the spot: implement `name` and `generate`.
class immediate_model : public chat_model {
 public:
  bool is_immediate() const final { return true; }
  task<chat_reply> async_generate(const chat_request& request, generation& context) final;
};

/// A model that waits for a network: implement `name` and `async_generate`. `generate` runs that to its end
/// on an io_context of its own, and cancels it when the context's stop is requested.
class waiting_model : public chat_model {
 public:
  bool is_immediate() const final { return false; }
  chat_reply generate(const chat_request& request, generation& context) final;
};

}  // namespace stook
