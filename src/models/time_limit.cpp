#include <stook/models/time_limit.hpp>

#include <algorithm>

#include <fmt/format.h>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/this_coro.hpp>

#include "agent/interrupter.hpp"
#include "models/waiter.hpp"
#include "models/wrapping_model.hpp"

namespace asio = boost::asio;

namespace stook {
namespace {

using namespace detail;
using std::chrono::nanoseconds;

// What the model sees: the limit is a stop and a time that is left.
class limited_generation final : public passing_generation {
 public:
  limited_generation(generation& caller, std::stop_token stop, nanoseconds until)
      : passing_generation(caller), stop_(std::move(stop)), until_(until) {}

  std::stop_token stop() const override { return stop_; }
  std::optional<nanoseconds> time_left() const override {
    const nanoseconds mine = until_ - system_clock()->ticks();
    return std::min(mine, caller().time_left().value_or(mine));
  }

 private:
  std::stop_token stop_;
  nanoseconds until_;
};

class time_limited_model final : public wrapping_model {
 public:
  time_limited_model(model_ptr model, std::chrono::milliseconds limit)
      : wrapping_model(model->is_immediate()), model_(std::move(model)), limit_(limit) {}

  std::string name() const override { return model_->name(); }

  task<chat_reply> async_generate(const chat_request& request, generation& context) override {
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    const auto timer = std::make_shared<interrupter>(executor);
    limited_generation inside(context, timer->interrupted(), system_clock()->ticks() + limit_);
    std::optional<chat_reply> reply;
    try {
      auto work = ask(request, inside, reply);
      auto pending = timer->run(std::move(work), limit_, context.stop());
      co_await std::move(pending);
    } catch (...) {
      if (!timer->timed_out()) throw;
    }
    if (reply) co_return std::move(*reply);
    const std::string text = fmt::format("{} did not answer within {}", name(), seconds_text(limit_));
    throw model_error({"model.timeout", text, "raise the time limit, or ask another model", true});
  }

 private:
  chat_reply answer_now(const chat_request& request, generation& context) override {
    return model_->generate(request, context);
  }
  task<void> ask(const chat_request& request, generation& context, std::optional<chat_reply>& into) {
    auto pending = model_->async_generate(request, context);
    into = co_await std::move(pending);
  }

  model_ptr model_;
  std::chrono::milliseconds limit_;
};

}  // namespace

std::shared_ptr<chat_model> with_time_limit(std::shared_ptr<chat_model> model,
                                            std::chrono::milliseconds limit) {
  require_model(model, "bad_time_limit");
  if (limit.count() < 1 || limit > std::chrono::hours(24)) {
    throw error("bad_time_limit",
                fmt::format("expected a limit from 1 ms to a day, got {} ms", limit.count()));
  }
  return std::make_shared<time_limited_model>(std::move(model), limit);
}

}  // namespace stook
