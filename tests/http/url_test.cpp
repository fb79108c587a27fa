#include "http/url.hpp"

#include <doctest/doctest.h>

#include <stook/core/error.hpp>

using stook::http::parse_url;

TEST_CASE("an address is taken apart, with the defaults of its scheme") {
  const auto u = parse_url("https://API.example.com/v1?x=1#part");
  CHECK(u.tls);
  CHECK(u.host == "api.example.com");
  CHECK(u.port == 443);
  CHECK(u.target == "/v1?x=1");
  CHECK(parse_url("http://localhost").port == 80);
  CHECK(parse_url("http://localhost").target == "/");
  CHECK(parse_url("http://[::1]:8080/a").host == "::1");
  CHECK(authority(parse_url("http://[::1]:8080/a")) == "[::1]:8080");
  CHECK(authority(parse_url("http://h:80")) == "h");
  CHECK(origin(parse_url("https://h/secret?key=1")) == "https://h:443");
}

TEST_CASE("a path is appended with one slash") {
  CHECK((parse_url("http://h/v1/") / "/chat").target == "/v1/chat");
  CHECK((parse_url("http://h/v1") / "chat").target == "/v1/chat");
  CHECK((parse_url("http://h") / "chat").target == "/chat");
}

TEST_CASE("what is no address for requests is refused, without being quoted") {
  for (const char* bad :
       {"", "h", "ftp://h", "http://", "http://hunter2@h", "http://a:hunter2@h", "http://h:0",
        "http://h:70000", "http://h/a b", "http://h\r\nX: 1/", "file:///etc/passwd"}) {
    CAPTURE(bad);
    try {
      parse_url(bad);
      FAIL("taken");
    } catch (const stook::error& e) {
      CHECK(e.code() == "bad_url");
      CHECK(std::string(e.what()).find("hunter2") == std::string::npos);
    }
  }
}
