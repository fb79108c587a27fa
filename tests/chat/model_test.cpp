#include <stook/chat/model.hpp>

#include <thread>

#include <doctest/doctest.h>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace asio = boost::asio;

namespace {

class slow_echo final : public stook::waiting_model {
 public:
  std::string name() const override { return "slow"; }
  stook::task<stook::chat_reply> async_generate(const stook::chat_request& request,
                                                stook::generation& context) override {
    asio::steady_timer timer(co_await asio::this_coro::executor, std::chrono::milliseconds(1));
    co_await timer.async_wait(asio::use_awaitable);
    if (request.messages.empty()) throw stook::error("model.rejected", "nothing to say");
    context.text_delta("half");
    stook::chat_reply reply;
    reply.answer = stook::message::assistant(request.messages.back().text());
    co_return reply;
  }
};

class echo final : public stook::immediate_model {
 public:
  std::string name() const override { return "echo"; }
  stook::chat_reply generate(const stook::chat_request& request, stook::generation&) override {
    return {.answer = stook::message::assistant(request.messages.back().text())};
  }
};

struct listens final : stook::generation {
  std::string heard;
  void text_delta(std::string_view piece) override { heard += piece; }
};

}  // namespace

TEST_CASE("a model that waits can be called plainly") {
  slow_echo model;
  CHECK_FALSE(model.is_immediate());
  const std::vector<stook::message> said{stook::message::user("hello")};
  listens context;
  CHECK(model.generate({.messages = said}, context).answer.text() == "hello");
  CHECK(context.heard == "half");
  CHECK_THROWS_AS(model.generate({}, context), stook::error);
}

TEST_CASE("a plain call of a model that waits ends when its stop is requested") {
  struct endless final : stook::waiting_model {
    std::string name() const override { return "endless"; }
    stook::task<stook::chat_reply> async_generate(const stook::chat_request&, stook::generation&) override {
      asio::steady_timer timer(co_await asio::this_coro::executor, std::chrono::hours(1));
      co_await timer.async_wait(asio::use_awaitable);
      co_return stook::chat_reply();
    }
  } model;
  struct stopped final : stook::generation {
    std::stop_source source;
    std::stop_token stop() const override { return source.get_token(); }
  } context;
  const std::jthread other([&] { context.source.request_stop(); });
  CHECK_THROWS_AS(model.generate({}, context), boost::system::system_error);
}

TEST_CASE("an immediate model needs no event loop") {
  echo model;
  CHECK(model.is_immediate());
  listens context;
  const std::vector<stook::message> said{stook::message::user("hello")};
  CHECK(model.generate({.messages = said}, context).answer.text() == "hello");
  CHECK(to_string(stook::finish_reason::content_filter) == "content_filter");
}
