#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <stook/chat/model.hpp>

// What models over HTTP differ in, without any HTTP: how a request is written and a reply is read. Everything
// here computes on bytes that somebody else moved, and is thread-safe where it is const.

namespace stook::models {

/// What `request_text` remembers between the messages that it writes.
struct open_turn {
  role speaker = role::system;
  bool is_open = false;  ///< the text ends inside a turn of that role, which the next message may continue
};

/// Reads one streamed reply, event by event. Deltas go to the generation that it was made with.
class stream_reader {
 public:
  virtual ~stream_reader() = default;
  /// One event of the stream. True once the reply is whole: nothing behind it is to be read. Throws
  /// `model_error` for an event that tells of an error, and for one that makes no sense.
  virtual bool read(std::string_view type, std::string_view data) = 0;
  /// True once the reply was told to be at its end: what may be missing then is only the end of the stream.
  virtual bool has_ended() const = 0;
  /// The reply, once `read` said so or the stream ended. Throws `model_error` with model.truncated if the
  /// stream ended too early. To be called once.
  virtual chat_reply finish() = 0;
};

/// One way of speaking to models. A request is written in three parts, so that a conversation that grows
/// costs what it grows by: a head, which ends where the messages begin, each message that does not stand in
/// the head, and a tail.
class dialect {
 public:
  virtual ~dialect() = default;

  /// Behind the base address: "/chat/completions".
  virtual std::string_view path() const = 0;
  /// Names of the members that a request may have of its own, which no user adds.
  virtual std::span<const std::string_view> members() const = 0;
  /// Name and value of each header beside Content-Type and Accept.
  virtual std::vector<std::pair<std::string, std::string>> headers(const std::string& key) const = 0;

  /// `systems` are the messages that stand at the front of the request and are of the system.
  virtual void write_head(std::string& out, const chat_request& request,
                          std::span<const message> systems) const = 0;
  virtual void write_message(std::string& out, const message& m, open_turn& turn) const = 0;
  virtual void write_tail(std::string& out, const open_turn& turn) const = 0;

  /// Reads a reply that came in one piece. Throws `model_error` with model.protocol for what is none.
  virtual chat_reply read_whole(std::string_view body) const = 0;
  /// The generation outlives the reader.
  virtual std::unique_ptr<stream_reader> read_stream(generation& context) const = 0;
};

/// A request in one piece.
std::string write_request(const dialect& to, const chat_request& request);

/// How many messages at the front are of the system.
std::size_t count_systems(std::span<const message> messages);

}  // namespace stook::models
