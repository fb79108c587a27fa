#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "http/line_reader.hpp"

namespace stook::http {

/// One event of a stream. The views hold until the next call of the reader.
struct sse_event {
  std::string_view type;  ///< "message" where the stream named none
  std::string_view data;
  std::string_view id;  ///< the last one that was named, also by an earlier event
};

/// Reads server-sent events (WHATWG HTML, section 9.2) from pieces that are cut anywhere. Time is linear in
/// the bytes. Feed, then take events until there is none.
class sse_reader {
 public:
  /// An event of more than `max_event_bytes` of data fails with http.too_large.
  explicit sse_reader(std::size_t max_event_bytes = 8U << 20U);

  void feed(std::string_view bytes) { lines_.feed(bytes); }
  /// True if there is one more event. Throws `error` with code http.too_large.
  bool next(sse_event& out);
  /// At the end of the stream: true if an event was left without the blank line that ends it. WHATWG drops
  /// such a one; streams of language models end in it.
  bool finish(sse_event& out);

  /// What the stream last asked to wait before it is asked for again.
  std::optional<std::chrono::milliseconds> retry() const { return retry_; }

 private:
  void take(std::string_view line);
  bool dispatch(sse_event& out);

  line_reader lines_;
  std::size_t max_event_bytes_;
  std::string data_, type_, id_;
  std::string ready_data_, ready_type_;
  bool has_data_ = false;
  bool first_line_ = true;
  std::optional<std::chrono::milliseconds> retry_;
};

}  // namespace stook::http
