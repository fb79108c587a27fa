#include <stook/models/rate_limit.hpp>

#include <algorithm>
#include <mutex>

#include <fmt/format.h>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/this_coro.hpp>

#include "models/gate.hpp"
#include "models/token_bucket.hpp"
#include "models/wrapping_model.hpp"

namespace asio = boost::asio;

namespace stook {
namespace {

using namespace detail;
using std::chrono::nanoseconds;

constexpr std::int64_t bytes_a_token = 4;  // of English text, as OpenAI's own rule of thumb has it

std::int64_t estimate_by_size(const chat_request& request) {
  std::size_t bytes = 0;
  for (const message& m : request.messages) {
    bytes += m.text().size() + m.provider_data().size() + 16;
    for (const tool_call& call : m.calls()) bytes += call.name.size() + call.arguments.size();
  }
  for (const tool& t : request.tools) {
    bytes += t.name().size() + t.description().size() + t.parameters_text().size();
  }
  return static_cast<std::int64_t>(bytes) / bytes_a_token + request.max_output_tokens.value_or(0);
}

// Both buckets, and the one request whose turn it is. Thread-safe.
class allowance {
 public:
  explicit allowance(const rate_limit_options& o)
      : requests_(o.requests_per_minute, o.burst, o.clock->ticks()),
        tokens_(o.tokens_per_minute, o.burst, o.clock->ticks()) {}

  // Takes what a request needs, and returns 0; or the time until it is there, and rings `bell` if more comes
  // back before. One at a time.
  nanoseconds take(double tokens, nanoseconds now, const std::shared_ptr<waiter>& bell) {
    const std::lock_guard lock(mutex_);
    const nanoseconds wait = std::max(requests_.time_until(1, now), tokens_.time_until(tokens, now));
    bell_ = nullptr;
    if (wait.count() == 0) {
      take(tokens);
    } else {
      bell_ = bell;
    }
    return wait;
  }
  // The same where the time has passed.
  void take_now(double tokens) {
    const std::lock_guard lock(mutex_);
    bell_ = nullptr;
    take(tokens);
  }
  void give_back(double tokens) {
    const std::lock_guard lock(mutex_);
    tokens_.give_back(tokens);
    if (bell_) bell_->wake();
  }
  void leave() {
    const std::lock_guard lock(mutex_);
    bell_ = nullptr;
  }

 private:
  void take(double tokens) {
    requests_.take(1);
    tokens_.take(tokens);
  }

  std::mutex mutex_;
  token_bucket requests_;
  token_bucket tokens_;
  std::shared_ptr<waiter> bell_;
};

// Nobody rings for a coroutine that is gone.
struct turn {
  explicit turn(allowance& a) : of(a) {}
  ~turn() { of.leave(); }
  turn(const turn&) = delete;
  turn& operator=(const turn&) = delete;
  allowance& of;
};

class paced_model final : public waiting_model {
 public:
  paced_model(model_ptr model, rate_limit_options options)
      : model_(std::move(model)),
        options_(std::move(options)),
        allowance_(options_),
        queue_(std::make_shared<gate>(1)) {}

  std::string name() const override { return model_->name(); }

  task<chat_reply> async_generate(const chat_request& request, generation& context) override {
    const double estimated = static_cast<double>(std::max<std::int64_t>(0, options_.estimate(request)));
    auto waiting = wait_for_turn(estimated, context);
    co_await std::move(waiting);
    auto pending = model_->async_generate(request, context);
    chat_reply reply = co_await std::move(pending);
    const auto used = static_cast<double>(reply.used.total_tokens());
    if (used > 0) allowance_.give_back(estimated - used);
    co_return reply;
  }

 private:
  task<void> wait_for_turn(double tokens, generation& context) {
    auto entering = queue_->enter(context.stop(), context.time_left());
    const gate::place mine = co_await std::move(entering);
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    const auto bell = std::make_shared<waiter>(executor, options_.clock);
    const turn now(allowance_);
    for (;;) {
      const nanoseconds wait = allowance_.take(tokens, options_.clock->ticks(), bell);
      if (wait.count() == 0) co_return;
      check_time(wait, context);
      auto pending = bell->wait(options_.clock->ticks() + wait, context.stop());
      const bool more_came_back = co_await std::move(pending);
      if (!more_came_back) break;
    }
    allowance_.take_now(tokens);
  }

  static void check_time(nanoseconds wait, const generation& context) {
    const auto left = context.time_left();
    if (!left || wait < *left) return;
    const std::string text = fmt::format("the rate limit allows this request in {}, and the run has {} left",
                                         seconds_text(wait), seconds_text(std::max(*left, nanoseconds(0))));
    throw model_error({"model.overload", text, "raise the limit, or give the run more time", true}, 0,
                      std::chrono::ceil<std::chrono::milliseconds>(wait));
  }

  model_ptr model_;
  rate_limit_options options_;
  allowance allowance_;
  std::shared_ptr<gate> queue_;
};

}  // namespace

std::shared_ptr<chat_model> with_rate_limit(std::shared_ptr<chat_model> model, rate_limit_options options) {
  require_model(model, "bad_rate_limit");
  if (!(options.requests_per_minute >= 0) || !(options.tokens_per_minute >= 0) || options.burst.count() < 1) {
    throw error("bad_rate_limit",
                fmt::format("expected limits of 0 or more and a burst of 1 ms or more, got {} requests, {} "
                            "tokens and {} ms",
                            options.requests_per_minute, options.tokens_per_minute, options.burst.count()));
  }
  if (!options.clock) options.clock = system_clock();
  if (!options.estimate) options.estimate = estimate_by_size;
  return std::make_shared<paced_model>(std::move(model), std::move(options));
}

}  // namespace stook
