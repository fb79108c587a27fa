// Server-sent events: the same events however the stream is cut.

#include <string>

#include <stook/core/error.hpp>

#include "http/sse.hpp"

#include "pieces.hpp"

namespace {

constexpr std::size_t most_bytes = 1000;

struct transcript {
  std::string events;
  void add(const stook::http::sse_event& e) {
    for (const std::string_view part : {e.type, e.data, e.id}) {
      events += std::to_string(part.size()) + ":";
      events += part;
    }
  }
};

std::string read_events(std::string_view text, std::uint8_t seed) {
  stook::http::sse_reader reader(most_bytes);
  stook::http::sse_event event;
  transcript out;
  try {
    const auto take = [&](std::string_view piece) {
      reader.feed(piece);
      while (reader.next(event)) out.add(event);
    };
    fuzz::in_pieces(text, seed, take);
    if (reader.finish(event)) out.add(event);
  } catch (const stook::error& e) {
    fuzz::require(e.code() == "http.too_large");
    out.events += "too large";
  }
  return out.events;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return fuzz::require_same_however_cut(data, size, read_events);
}
