#include "http/sse.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <stook/core/error.hpp>

using stook::http::sse_event;
using stook::http::sse_reader;

namespace {

// "type|data|id" of each event; one that `finish` gives is marked with a plus.
std::vector<std::string> events_of(const std::vector<std::string>& pieces) {
  sse_reader reader;
  std::vector<std::string> out;
  sse_event e;
  const auto note = [&](std::string_view mark) {
    out.push_back(std::string(mark) + std::string(e.type) + "|" + std::string(e.data) + "|" +
                  std::string(e.id));
  };
  for (const std::string& piece : pieces) {
    reader.feed(piece);
    while (reader.next(e)) note("");
  }
  if (reader.finish(e)) note("+");
  return out;
}

using events = std::vector<std::string>;

}  // namespace

TEST_CASE("a byte order mark at the start is dropped, once") {
  CHECK(events_of({"\xef\xbb\xbf"
                   "data: a\n\n"}) == events{"message|a|"});
  CHECK(events_of({"data: a\n\n\xef\xbb\xbf"
                   "data: b\n\n"}) == events{"message|a|"});
}

TEST_CASE("lines end with LF, CR LF, CR, or all of them") {
  CHECK(events_of({"data: a\n\ndata: b\r\n\r\ndata: c\r\rdata: d\r\n\n"}) ==
        events{"message|a|", "message|b|", "message|c|", "message|d|"});
}

TEST_CASE("a CR at the end of a piece and a LF at the start of the next are one line end") {
  CHECK(events_of({"data: a\r", "\ndata: b\r", "\n\r", "\n"}) == events{"message|a\nb|"});
}

TEST_CASE("a lone CR ends a line without waiting for more") {
  sse_reader reader;
  reader.feed("data: a\r\r");
  sse_event e;
  REQUIRE(reader.next(e));
  CHECK(e.data == "a");
  reader.feed("\ndata: b\n\n");
  REQUIRE(reader.next(e));
  CHECK(e.data == "b");
}

TEST_CASE("one blank after the colon is dropped, and no more") {
  CHECK(events_of({"data:x\n\n", "data: x\n\n", "data:  x\n\n"}) ==
        events{"message|x|", "message|x|", "message| x|"});
}

TEST_CASE("data without a colon is an empty line of data") {
  CHECK(events_of({"data\ndata\n\n"}) == events{"message|\n|"});
}

TEST_CASE("several data lines are joined by LF") {
  CHECK(events_of({"data: a\ndata:\ndata: b\n\n"}) == events{"message|a\n\nb|"});
}

TEST_CASE("comments and unknown fields are ignored, and field names have a case") {
  CHECK(events_of({": hello\n:\nfoo: bar\nData: no\ndata: a\n\n"}) == events{"message|a|"});
}

TEST_CASE("an event without data is none, but its id stays and its type does not") {
  CHECK(events_of({"event: ping\nid: 7\n\ndata: a\n\n"}) == events{"message|a|7"});
}

TEST_CASE("an id with NUL is ignored, and an empty one resets") {
  CHECK(events_of({"id: 1\ndata: a\n\n", std::string("id: 2\0\n", 7), "data: b\n\nid\ndata: c\n\n"}) ==
        events{"message|a|1", "message|b|1", "message|c|"});
}

TEST_CASE("a time to retry is digits only") {
  sse_reader reader;
  sse_event e;
  reader.feed("retry: 10s\nretry: -1\n\n");
  CHECK_FALSE(reader.next(e));
  CHECK_FALSE(reader.retry());
  reader.feed("retry: 2500\n\n");
  CHECK_FALSE(reader.next(e));
  CHECK(reader.retry() == std::chrono::milliseconds(2500));
}

TEST_CASE("a last event without its blank line is given at the end") {
  CHECK(events_of({"data: a\n\ndata: b\n"}) == events{"message|a|", "+message|b|"});
  CHECK(events_of({"data: a\n\ndata: b"}) == events{"message|a|", "+message|b|"});
}

TEST_CASE("an event that is too large is an error, before it is held") {
  sse_reader reader(1000);
  sse_event e;
  bool refused = false;
  try {
    for (int i = 0; i < 100; ++i) {
      reader.feed(std::string(100, 'x'));
      reader.next(e);
    }
  } catch (const stook::error& why) {
    refused = why.code() == "http.too_large";
  }
  CHECK(refused);
  sse_reader lines(1000);
  CHECK_THROWS_AS(
      [&] {
        for (int i = 0; i < 100; ++i) lines.feed("data: " + std::string(50, 'x') + "\n");
        lines.next(e);
      }(),
      stook::error);
}

TEST_CASE("an empty keep-alive event is an event of no text") {
  CHECK(events_of({"data:\n\n"}) == events{"message||"});
}

TEST_CASE("however a stream is cut, its events are the same") {
  const std::string whole =
      "\xef\xbb\xbf: hi\r\nevent: a\rdata: \xc3\xa4\xf0\x9f\x98\x80\r\n\r\nid: 1\ndata: {\"x\":\n data: "
      "y\ndata:z\n\n"
      "data: [DONE]  \r\n\r\n\rretry: 5\ndata: tail";
  const events wanted = events_of({whole});
  CHECK(wanted.size() == 4);
  for (std::size_t i = 0; i <= whole.size(); ++i) {
    for (std::size_t j = i; j <= whole.size(); ++j) {
      REQUIRE(events_of({whole.substr(0, i), whole.substr(i, j - i), whole.substr(j)}) == wanted);
    }
  }
  std::vector<std::string> bytes;
  for (const char c : whole) bytes.emplace_back(1, c);
  CHECK(events_of(bytes) == wanted);
}

TEST_CASE("events may be as long as memory is") {
  sse_reader reader(std::size_t(-1));
  sse_event e;
  reader.feed("data: longer than the name of a field\n\n");
  REQUIRE(reader.next(e));
  CHECK(e.data == "longer than the name of a field");
}
