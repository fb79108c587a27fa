#include <stook/tool/context.hpp>

#include <vector>

#include <doctest/doctest.h>

namespace {

struct recorder final : stook::run_context::source {
  struct heard {
    std::string call;
    std::string text;
    double fraction;
  };
  std::vector<heard> all;
  void on_progress(std::string_view call, std::string_view text, double fraction) override {
    all.push_back({std::string(call), std::string(text), fraction});
  }
  stook::timestamp now() const override { return stook::timestamp::from_seconds(7); }
};

}  // namespace

TEST_CASE("a context outside of a run is empty and harmless") {
  const stook::run_context c;
  CHECK(c.run_id().empty());
  CHECK_FALSE(c.cancelled());
  CHECK_FALSE(c.deadline());
  c.progress("nobody hears this");
  CHECK(c.now() > stook::timestamp::from_seconds(1'700'000'000));
}

TEST_CASE("a context tells what its run filled in, and copies share it") {
  std::stop_source stop;
  const auto from = std::make_shared<recorder>();
  const stook::run_context c({.run_id = "run_1",
                              .agent = "profiler",
                              .call_id = "c1",
                              .call_key = "run_1/2/0",
                              .deadline = stook::timestamp::from_seconds(9),
                              .stop = stop.get_token(),
                              .from = from});
  const stook::run_context copy = c;
  CHECK(copy.agent() == "profiler");
  CHECK(copy.call_key() == "run_1/2/0");
  CHECK(copy.deadline() == stook::timestamp::from_seconds(9));
  CHECK(copy.now() == stook::timestamp::from_seconds(7));
  copy.progress("half", 0.5);
  REQUIRE(from->all.size() == 1);
  CHECK(from->all[0].call == "c1");
  CHECK(from->all[0].fraction == 0.5);
  CHECK_FALSE(copy.cancelled());
  stop.request_stop();
  CHECK(copy.cancelled());
}
