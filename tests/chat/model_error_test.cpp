#include <stook/chat/model_error.hpp>

#include <doctest/doctest.h>

using namespace std::chrono_literals;

TEST_CASE("a model's error keeps what its server said of trying again") {
  try {
    throw stook::model_error({"model.overload", "429", "", true}, 429, 1500ms);
  } catch (const stook::error& e) {
    const auto* said = dynamic_cast<const stook::model_error*>(&e);
    REQUIRE(said);
    CHECK(said->http_status() == 429);
    CHECK(said->retry_after() == 1500ms);
    CHECK(e.code() == "model.overload");
    CHECK(e.what_failed().retryable);
  }
}
