#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <boost/json/object.hpp>

#include "completion.hpp"

namespace conformance {

/// Writes a reply as server-sent events, one after the other, and notes where the first of each kind begins.
class stream_writer {
 public:
  /// One event with this data.
  void data(std::string_view label, const std::string& text);
  /// One chunk of choice 0.
  void delta(std::string_view label, boost::json::object delta, boost::json::value finish = nullptr);
  /// The JSON text of such a chunk.
  static std::string chunk(boost::json::object delta, boost::json::value finish = nullptr);

  void text(std::string_view content);
  /// A call in pieces, with its number in the turn or without one.
  void call(const said_call& call, std::optional<std::int64_t> index);
  void begin_call(const said_call& call, std::optional<std::int64_t> index);
  void arguments(std::string_view piece, std::optional<std::int64_t> index);
  /// The reason, the usage and the terminator.
  void end(const boost::json::value& finish, const boost::json::value& usage = nullptr);

  void bytes(std::string_view text) { body_.bytes += text; }
  void mark(std::string_view label) { body_.places.emplace(std::string(label), body_.bytes.size()); }
  reply_body take() { return std::move(body_); }

 private:
  reply_body body_{.bytes = {}, .type = "text/event-stream"};
};

}  // namespace conformance
