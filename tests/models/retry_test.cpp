#include <stook/models/retry.hpp>

#include <thread>

#include <doctest/doctest.h>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <stook/agent/agent.hpp>

#include "asking.hpp"

using namespace asking;
using namespace std::chrono_literals;

namespace {

struct retry_bench {
  std::shared_ptr<stook::manual_clock> clock = std::make_shared<stook::manual_clock>();
  std::vector<std::chrono::nanoseconds> waits;
  stook::retry_options options{};

  retry_bench() {
    options.clock = clock;
    options.random = [] { return 0.0; };
    options.listener = [this](const stook::model_retried& r) { waits.push_back(r.wait); };
  }
};

// What an adapter throws for a fault of the shared table, as chat/model_error.hpp has it.
struct fault_row {
  std::string_view id;
  std::vector<act> acts;
  std::string_view ends;  // a code, or empty where the request succeeds
  int requests;
};

std::vector<fault_row> fault_rows() {
  const auto bad = [](model_error e) { return act{.fails = std::move(e)}; };
  const auto timeout = [](bool again) { return failing("model.timeout", again); };
  return {
      {"A19", {bad(failing("model.protocol")), {}}, "", 2},
      {"B02", {bad(overload(429, 86'400s)), {}}, "model.overload", 1},
      {"B03 garbage", {bad(overload(429)), {}}, "", 2},
      {"B03 negative", {bad(overload(429, -1s)), {}}, "", 2},
      {"B05", {bad(overload(500)), bad(overload(502)), bad(overload(503)), {}}, "", 4},
      {"B06", {bad(failing("model.rejected")), {}}, "model.rejected", 1},
      {"B08", {bad(failing("model.auth")), {}}, "model.auth", 1},
      {"B11 B12 B14", {bad(failing("model.protocol")), {}}, "", 2},
      {"B11 again",
       {bad(failing("model.protocol")), bad(failing("model.protocol")), {}},
       "model.protocol",
       2},
      {"B15 C08", {bad(failing("model.too_large")), {}}, "model.too_large", 1},
      {"B17 B21", {bad(failing("model.connect", true)), {}}, "", 2},
      {"B18", {bad(timeout(true)), {}}, "", 2},
      {"B20", {bad(timeout(false)), {}}, "model.timeout", 1},
      {"B24", {bad(failing("model.tls")), {}}, "model.tls", 1},
      {"C02 C03", {bad(failing("model.truncated")), {}}, "", 2},
      {"C09", {{.pieces = "half", .fails = overload(529)}, {}}, "", 2},
      {"C12", {bad(failing("model.protocol")), {}}, "", 2},
  };
}

}  // namespace

TEST_CASE("each fault of the transport ends as the shared table says") {
  for (const fault_row& row : fault_rows()) {
    CAPTURE(row.id);
    retry_bench b;
    caller nobody;
    nobody.hears = false;
    const auto inner = std::make_shared<actor>(row.acts);
    const auto model = stook::with_retry(inner, b.options);
    const auto failed = failure_of(*model, nobody);
    CHECK((failed ? failed->code() : "") == row.ends);
    CHECK(inner->asked == row.requests);

    const auto slow = std::make_shared<slow_actor>(row.acts);
    const auto waiting = stook::with_retry(slow, b.options);
    const auto also = failure_of(*waiting, nobody);
    CHECK((also ? also->code() : "") == row.ends);
    CHECK(slow->asked == row.requests);
  }
}

TEST_CASE("waits double up to the longest, and are shortened by up to a quarter") {
  retry_bench b;
  b.options.tries = 8;
  const auto model =
      stook::with_retry(std::make_shared<actor>(std::vector<act>{{.fails = overload()}}), b.options);
  const auto began = b.clock->ticks();
  caller nobody;
  const auto failed = failure_of(*model, nobody);
  REQUIRE(failed);
  CHECK(std::string(failed->what()) == "the server is busy; given up after 8 tries");
  CHECK(failed->http_status() == 503);
  CHECK(b.waits == std::vector<std::chrono::nanoseconds>{500ms, 1s, 2s, 4s, 8s, 8s, 8s});
  CHECK(b.clock->ticks() - began == 31'500ms);

  b.waits.clear();
  b.options.random = [] { return 1.0; };
  b.options.tries = 3;
  const auto shorter =
      stook::with_retry(std::make_shared<actor>(std::vector<act>{{.fails = overload()}}), b.options);
  CHECK(failure_of(*shorter, nobody));
  CHECK(b.waits == std::vector<std::chrono::nanoseconds>{375ms, 750ms});
}

TEST_CASE("without a source of its own the jitter is random and within its bounds") {
  retry_bench b;
  b.options.random = {};
  b.options.tries = 40;
  b.options.longest_wait = 500ms;
  const auto model =
      stook::with_retry(std::make_shared<actor>(std::vector<act>{{.fails = overload()}}), b.options);
  caller nobody;
  CHECK(failure_of(*model, nobody));
  REQUIRE(b.waits.size() == 39);
  const auto [least, most] = std::minmax_element(b.waits.begin(), b.waits.end());
  CHECK(*least >= 375ms);
  CHECK(*most <= 500ms);
  CHECK(*least != *most);
}

TEST_CASE("a server's own wait is kept to, up to the cap and the time of the run") {
  retry_bench b;
  caller nobody;
  const std::vector<act> acts{{.fails = overload(429, 1500ms)}, {}};
  CHECK(ask(*stook::with_retry(std::make_shared<actor>(acts), b.options)) == "done");
  CHECK(b.waits == std::vector<std::chrono::nanoseconds>{1500ms});

  // also where the number is no time that anybody can count in nanoseconds
  const auto endless =
      std::make_shared<actor>(std::vector<act>{{.fails = overload(429, std::chrono::milliseconds::max())}});
  CHECK(failure_of(*stook::with_retry(endless, b.options), nobody)->retry_after());
  CHECK(endless->asked == 1);
  const auto far =
      stook::with_retry(std::make_shared<actor>(std::vector<act>{{.fails = overload(429, 61s)}}), b.options);
  auto failed = failure_of(*far, nobody);
  REQUIRE(failed);
  CHECK(std::string(failed->what()) ==
        "the server is busy; the server asks to wait 61 s, and at most 60 s is waited");
  CHECK(failed->retry_after() == 61s);

  nobody.left = 1s;
  const auto late = std::make_shared<actor>(acts);
  failed = failure_of(*stook::with_retry(late, b.options), nobody);
  REQUIRE(failed);
  CHECK(std::string(failed->what()) ==
        "the server is busy; the next try would be in 1.5 s, and the run has 1 s left");
  CHECK(late->asked == 1);
}

TEST_CASE("a stream of which somebody heard a part is not begun again") {
  retry_bench b;
  const auto inner = std::make_shared<actor>(std::vector<act>{{.pieces = "half", .fails = overload()}, {}});
  const auto model = stook::with_retry(inner, b.options);
  caller listener;
  const auto failed = failure_of(*model, listener);
  REQUIRE(failed);
  CHECK_FALSE(failed->what_failed().retryable);
  CHECK(std::string(failed->what()).find("had been handed on") != std::string::npos);
  CHECK(inner->asked == 1);
  CHECK(listener.heard == "half");
}

TEST_CASE("a run that nobody listens to may begin a stream again") {
  retry_bench b;
  const std::vector<act> acts{{.pieces = "half", .fails = overload()}, {}};
  const auto run = [&](stook::run_listener* listener) {
    const auto model = stook::with_retry(std::make_shared<actor>(acts), b.options);
    return stook::agent({.name = "a", .model = model}).run("go", {.listener = listener});
  };
  CHECK(run(nullptr).text == "done");
  struct : stook::run_listener {
    void on_event(const stook::event&) override {}
  } listener;
  CHECK(run(&listener).reason == "model.overload");
}

TEST_CASE("an immediate model stays immediate by a clock that is not real, and waits by a real one") {
  retry_bench b;
  const auto inner = std::make_shared<actor>(std::vector<act>{{}});
  CHECK(stook::with_retry(inner, b.options)->is_immediate());
  CHECK_FALSE(stook::with_retry(inner)->is_immediate());
  CHECK_FALSE(
      stook::with_retry(std::make_shared<slow_actor>(std::vector<act>{{}}), b.options)->is_immediate());
  CHECK(stook::with_retry(inner)->name() == "actor");
}

TEST_CASE("by a real clock a retry waits") {
  const auto inner = std::make_shared<actor>(std::vector<act>{{.fails = overload()}, {}});
  stook::retry_options options{.first_wait = 20ms, .random = [] { return 0.0; }};
  const auto began = std::chrono::steady_clock::now();
  CHECK(ask(*stook::with_retry(inner, options)) == "done");
  CHECK(std::chrono::steady_clock::now() - began >= 20ms);
  const stook::agent agent(
      {.name = "a",
       .model =
           stook::with_retry(std::make_shared<actor>(std::vector<act>{{.fails = overload()}, {}}), options)});
  CHECK(agent.run("go").text == "done");
}

TEST_CASE("a stop ends a wait at once, with the error of a cancelled run") {
  for (const bool real : {true, false}) {
    retry_bench b;
    b.options.first_wait = 1h;
    b.options.longest_wait = 1h;
    b.options.clock = real ? stook::system_clock() : b.clock;
    caller c;
    b.options.listener = [&](const stook::model_retried&) { c.source.request_stop(); };
    const auto inner = std::make_shared<actor>(std::vector<act>{{.fails = overload()}});
    const auto failed = failure_of(*stook::with_retry(inner, b.options), c);
    REQUIRE(failed);
    CHECK(failed->code() == "cancelled");
    CHECK(inner->asked == 1);
  }
}

TEST_CASE("a stop from another thread reaches the wait") {
  retry_bench b;
  b.options.first_wait = 1h;
  b.options.longest_wait = 1h;
  b.options.clock = stook::system_clock();
  caller c;
  std::thread other;
  b.options.listener = [&](const stook::model_retried&) {
    other = std::thread([&c] { c.source.request_stop(); });
  };
  const auto inner = std::make_shared<actor>(std::vector<act>{{.fails = overload()}});
  const auto failed = failure_of(*stook::with_retry(inner, b.options), c);
  other.join();
  REQUIRE(failed);
  CHECK(failed->code() == "cancelled");
}

TEST_CASE("the limit of a run and the cancellation of its coroutine reach the wait") {
  stook::retry_options options{.first_wait = 1h, .longest_wait = 1h};
  const auto model =
      stook::with_retry(std::make_shared<actor>(std::vector<act>{{.fails = overload()}}), options);
  const stook::agent agent({.name = "a", .model = model});

  boost::asio::io_context io;
  boost::asio::cancellation_signal cancel;
  stook::answer a;
  boost::asio::co_spawn(
      io, agent.async_run("go"),
      boost::asio::bind_cancellation_slot(
          cancel.slot(), [&](std::exception_ptr, stook::answer got) { a = std::move(got); }));
  io.poll();
  cancel.emit(boost::asio::cancellation_type::terminal);
  io.run();
  CHECK(a.reason == "cancelled");

  // a wait past the limit is not begun
  const auto late = agent.run("go", {.limits = stook::run_limits{.wall = 10min}});
  CHECK(late.reason == "model.overload");
  REQUIRE(late.error);
  CHECK(late.error->message.find("the run has") != std::string::npos);
}

TEST_CASE("one wrapper serves many threads") {
  retry_bench b;
  b.options.listener = {};
  b.options.random = {};
  std::vector<act> acts;
  for (int i = 0; i < 200; ++i) acts.push_back({.fails = overload()});
  acts.push_back({});
  b.options.tries = 1000;
  const auto model = stook::with_retry(std::make_shared<actor>(acts), b.options);
  std::atomic<int> answered = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) answered += ask(*model) == "done";
    });
  }
  for (auto& t : threads) t.join();
  CHECK(answered == 200);
}

TEST_CASE("options out of range are refused") {
  const auto inner = std::make_shared<actor>(std::vector<act>{{}});
  CHECK_THROWS_AS(stook::with_retry(nullptr), stook::error);
  CHECK_THROWS_AS(stook::with_retry(inner, {.tries = 0}), stook::error);
  CHECK_THROWS_AS(stook::with_retry(inner, {.first_wait = -1ms}), stook::error);
  CHECK_THROWS_AS(stook::with_retry(inner, {.longest_wait = 25h}), stook::error);
}

TEST_CASE("reasoning and growing calls are heard through a wrapper") {
  class thinks final : public stook::immediate_model {
   public:
    std::string name() const override { return "thinks"; }
    chat_reply generate(const chat_request&, generation& context) override {
      context.reasoning_delta("hm");
      context.call_delta(0, "t", "{}");
      return stook::scripted_model::calls("t", "{}");
    }
  };
  struct listener final : generation {
    std::string heard;
    void reasoning_delta(std::string_view piece) override { heard += piece; }
    void call_delta(std::size_t, std::string_view tool, std::string_view piece) override {
      heard.append(" ").append(tool).append(piece);
    }
  };
  listener l;
  ask(*stook::with_retry(std::make_shared<thinks>()), l);
  CHECK(l.heard == "hm t{}");
}
