#include <stook/models/retry.hpp>

#include <algorithm>

#include <fmt/format.h>
#include <boost/asio/awaitable.hpp>

#include <stook/core/id_source.hpp>

#include "models/waiter.hpp"
#include "models/wrapping_model.hpp"

namespace stook {
namespace {

using namespace detail;
using std::chrono::nanoseconds;

// 53 random bits: as many as a double has. A new source a number, for one source is not thread-safe.
double random_number() { return static_cast<double>(id_source().fork() >> 11) * 0x1p-53; }

// One request and its tries: decides after each failure.
class retry_course {
 public:
  retry_course(const retry_options& options, const chat_model& model) : options_(options), model_(model) {}

  // How long to wait before the next try. Throws the error that the request ends with.
  nanoseconds after(const model_error& e, const told_generation& context) {
    ++tries_;
    const failure& why = e.what_failed();
    const bool protocol = why.code == "model.protocol";
    if (!why.retryable && !protocol && why.code != "model.truncated") throw model_error(e);
    if (context.told()) throw after_part_was_told(e);
    if (protocol) ++protocol_tries_;
    if (tries_ >= options_.tries || (protocol && protocol_tries_ >= options_.protocol_tries)) {
      throw tries_ == 1 ? e : with_more(e, fmt::format("given up after {} tries", tries_));
    }
    const nanoseconds wait = next_wait(e);
    if (const auto left = context.time_left(); left && wait >= *left) {
      throw with_more(e, fmt::format("the next try would be in {}, and the run has {} left",
                                     seconds_text(wait), seconds_text(std::max(*left, nanoseconds(0)))));
    }
    if (options_.listener) options_.listener({model_.name(), why, tries_, wait});
    return wait;
  }

 private:
  nanoseconds next_wait(const model_error& e) const {
    if (const auto asked = e.retry_after(); asked && asked->count() > 0) {
      if (*asked <= options_.longest_retry_after) return *asked;
      throw with_more(e, fmt::format("the server asks to wait {}, and at most {} is waited",
                                     seconds_text(*asked), seconds_text(options_.longest_retry_after)));
    }
    nanoseconds wait = options_.first_wait;
    for (int i = 1; i < tries_ && wait < options_.longest_wait; ++i) wait *= 2;
    wait = std::min<nanoseconds>(wait, options_.longest_wait);
    const double shorter = 0.25 * std::clamp(options_.random(), 0.0, 1.0);
    return wait - std::chrono::duration_cast<nanoseconds>(wait * shorter);
  }

  const retry_options& options_;
  const chat_model& model_;
  int tries_ = 0;
  int protocol_tries_ = 0;
};

class retrying_model final : public wrapping_model {
 public:
  retrying_model(model_ptr model, retry_options options)
      : wrapping_model(model->is_immediate() && !options.clock->is_real()),
        model_(std::move(model)),
        options_(std::move(options)) {}

  std::string name() const override { return model_->name(); }

  task<chat_reply> async_generate(const chat_request& request, generation& context) override {
    told_generation heard(context);
    retry_course course(options_, *model_);
    for (;;) {
      auto pending = ending_of(*model_, request, heard);
      model_ending end = co_await std::move(pending);
      if (end.reply) co_return std::move(*end.reply);
      if (end.cancelled) throw model_error(*end.failed);
      auto wait = async_pause(options_.clock, course.after(*end.failed, heard), context.stop());
      co_await std::move(wait);
    }
  }

 private:
  chat_reply answer_now(const chat_request& request, generation& context) override {
    told_generation heard(context);
    retry_course course(options_, *model_);
    for (;;) {
      std::optional<model_error> failed;
      try {
        return model_->generate(request, heard);
      } catch (...) {
        failed = current_model_error();
        if (!failed || context.stop().stop_requested()) throw;
      }
      pause(*options_.clock, course.after(*failed, heard), context.stop());
    }
  }

  model_ptr model_;
  retry_options options_;
};

}  // namespace

std::shared_ptr<chat_model> with_retry(std::shared_ptr<chat_model> model, retry_options options) {
  require_model(model, "bad_retry");
  if (options.tries < 1 || options.protocol_tries < 1) {
    throw error("bad_retry", fmt::format("expected at least one try, got tries {} and protocol_tries {}",
                                         options.tries, options.protocol_tries));
  }
  for (const auto wait : {options.first_wait, options.longest_wait, options.longest_retry_after}) {
    if (wait.count() >= 0 && wait <= std::chrono::hours(24)) continue;
    throw error("bad_retry", fmt::format("expected waits from 0 to a day, got {} ms", wait.count()));
  }
  if (!options.clock) options.clock = system_clock();
  if (!options.random) options.random = random_number;
  return std::make_shared<retrying_model>(std::move(model), std::move(options));
}

}  // namespace stook
