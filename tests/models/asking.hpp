#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <stook/chat/model.hpp>
#include <stook/chat/model_error.hpp>
#include <stook/models/scripted_model.hpp>

// What the tests of the wrappers share: models that do as they are told, and callers that listen.

namespace asking {

using stook::chat_reply;
using stook::chat_request;
using stook::generation;
using stook::message;
using stook::model_error;

// A caller that hears pieces, with a stop and a time limit.
struct caller final : generation {
  std::string heard;
  bool hears = true;
  std::stop_source source;
  std::optional<std::chrono::nanoseconds> left;

  void text_delta(std::string_view piece) override { heard += piece; }
  bool listens() const override { return hears; }
  std::stop_token stop() const override { return source.get_token(); }
  std::optional<std::chrono::nanoseconds> time_left() const override { return left; }
};

inline model_error overload(int status = 503, std::optional<std::chrono::milliseconds> after = {}) {
  return model_error({"model.overload", "the server is busy", "", true}, status, after);
}
inline model_error failing(std::string code, bool retryable = false) {
  return model_error({std::move(code), "it failed", "", retryable});
}

// What a model does when it is asked: text that it hands on, then an error or a reply.
struct act {
  std::string pieces{};
  std::optional<model_error> fails{};
  std::string says = "done";
};

inline chat_reply play(const act& a, generation& context) {
  if (!a.pieces.empty()) context.text_delta(a.pieces);
  if (a.fails) throw model_error(*a.fails);
  if (a.pieces.empty()) context.text_delta(a.says);
  return stook::scripted_model::says(a.says);
}

// Does one act a request, and the last one again and again. Counts its requests.
class actor final : public stook::immediate_model {
 public:
  explicit actor(std::vector<act> acts, std::string name = "actor")
      : acts_(std::move(acts)), name_(std::move(name)) {}
  std::string name() const override { return name_; }
  chat_reply generate(const chat_request&, generation& context) override {
    const auto n = static_cast<std::size_t>(asked++);
    return play(acts_[std::min(n, acts_.size() - 1)], context);
  }

  std::atomic<int> asked = 0;

 private:
  std::vector<act> acts_;
  std::string name_;
};

// The same as a model that waits: it gives other coroutines a turn first.
class slow_actor final : public stook::waiting_model {
 public:
  explicit slow_actor(std::vector<act> acts, std::string name = "slow")
      : acts_(std::move(acts)), name_(std::move(name)) {}
  std::string name() const override { return name_; }
  stook::task<chat_reply> async_generate(const chat_request&, generation& context) override {
    const auto n = static_cast<std::size_t>(asked++);
    co_await boost::asio::post(boost::asio::use_awaitable);
    co_return play(acts_[std::min(n, acts_.size() - 1)], context);
  }

  std::atomic<int> asked = 0;

 private:
  std::vector<act> acts_;
  std::string name_;
};

// Never answers; ends when it is cancelled.
class mute_model final : public stook::waiting_model {
 public:
  std::string name() const override { return "mute"; }
  stook::task<chat_reply> async_generate(const chat_request&, generation&) override {
    ++asked;
    boost::asio::steady_timer forever(co_await boost::asio::this_coro::executor);
    forever.expires_at(boost::asio::steady_timer::time_point::max());
    const ending count{ended};
    co_await forever.async_wait(boost::asio::use_awaitable);
    co_return chat_reply{};
  }

  std::atomic<int> asked = 0;
  std::atomic<int> ended = 0;

 private:
  struct ending {
    std::atomic<int>& count;
    ~ending() { ++count; }
  };
};

inline chat_reply ask(stook::chat_model& model, generation& context, std::string text = "?") {
  const std::vector<message> said{message::user(std::move(text))};
  return model.generate({.messages = said}, context);
}
inline std::string ask(stook::chat_model& model, std::string text = "?") {
  caller nobody;
  return ask(model, nobody, std::move(text)).answer.text();
}

// What asking ends with.
inline std::optional<model_error> failure_of(stook::chat_model& model, generation& context,
                                             std::string text = "?") {
  try {
    ask(model, context, std::move(text));
  } catch (const model_error& e) {
    return e;
  } catch (const stook::error& e) {
    return model_error(e.what_failed());
  } catch (const boost::system::system_error& e) {
    if (e.code() != boost::asio::error::operation_aborted) throw;
    return failing("cancelled");  // whichever of a stop and a cancelled coroutine came first
  }
  return std::nullopt;
}

}  // namespace asking
