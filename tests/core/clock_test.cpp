#include <stook/core/clock.hpp>

#include <doctest/doctest.h>

using namespace std::chrono_literals;

TEST_CASE("a manual clock moves when it is told to, and only then") {
  stook::manual_clock clock(stook::timestamp::from_seconds(100));
  const auto ticks = clock.ticks();
  CHECK(clock.now() == stook::timestamp::from_seconds(100));
  clock.advance(1500ms);
  CHECK(clock.now() == stook::timestamp::from_micros(101'500'000));
  CHECK(clock.ticks() - ticks == 1500ms);
  CHECK_FALSE(clock.is_real());
}

TEST_CASE("a wait by a manual clock moves it to the end of the wait, and never back") {
  stook::manual_clock clock(stook::timestamp::from_seconds(100));
  const auto ticks = clock.ticks();
  clock.skip_to(ticks + 2s);
  CHECK(clock.now() == stook::timestamp::from_seconds(102));
  clock.skip_to(ticks + 1s);
  CHECK(clock.ticks() - ticks == 2s);
  clock.skip_to(ticks + 2s + 1ns);
  CHECK(clock.ticks() - ticks == 2s + 1us);
}

TEST_CASE("the system clock goes forward") {
  const auto clock = stook::system_clock();
  const auto before = clock->ticks();
  CHECK(clock->now() > stook::timestamp::from_seconds(1'700'000'000));
  CHECK(clock->ticks() >= before);
  CHECK(clock->is_real());
}
