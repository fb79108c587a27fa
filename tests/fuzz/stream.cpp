// A reply as a stream of events: it is read or refused as a model's error.

#include <memory>

#include "http/sse.hpp"

#include "dialects.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  stook::generation nobody;
  try {
    const auto reader = fuzz::the_dialect().read_stream(nobody);
    stook::http::sse_reader events(std::size_t{1} << 20U);
    stook::http::sse_event event;
    events.feed(fuzz::text_of(data, size));
    bool is_whole = false;
    while (!is_whole && events.next(event)) is_whole = reader->read(event.type, event.data);
    if (!is_whole && events.finish(event)) reader->read(event.type, event.data);
    fuzz::require_sendable(reader->finish());
  } catch (const stook::model_error& e) {
    fuzz::require_known(e);
  }
  return 0;
}
