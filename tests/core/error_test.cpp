#include <stook/core/error.hpp>

#include <doctest/doctest.h>

TEST_CASE("an error carries its failure and shows its message") {
  const stook::error e(stook::failure{"tool_timeout", "no answer in 5 s", "ask for less", true});
  CHECK(std::string_view(e.what()) == "no answer in 5 s");
  CHECK(e.code() == "tool_timeout");
  CHECK(e.what_failed().hint == "ask for less");
  CHECK(e.what_failed().retryable);
}

TEST_CASE("an error of code and message has no hint and is not worth a retry") {
  const stook::error e("bad_pattern", "refused");
  CHECK(e.what_failed() == stook::failure{.code = "bad_pattern", .message = "refused"});
}
