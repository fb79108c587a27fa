#include <stook/models/fallback.hpp>

#include <algorithm>
#include <deque>

#include <fmt/format.h>
#include <boost/asio/awaitable.hpp>

#include "core/is_cancelled.hpp"
#include "models/model_health.hpp"
#include "models/waiter.hpp"
#include "models/wrapping_model.hpp"
#include "tool/tool_invocation.hpp"

namespace stook {
namespace {

using namespace detail;

// A model of the list, and how it has been doing.
struct candidate {
  explicit candidate(model_ptr m) : model(std::move(m)) {}
  model_ptr model;
  model_health health;
};

using candidates = std::vector<std::unique_ptr<candidate>>;

// One request on its way down the list, and once more to those that were passed over at first.
class fallback_course {
 public:
  fallback_course(const fallback_options& options, const candidates& list) : options_(options) {
    for (const auto& c : list) ahead_.push_back(c.get());
  }

  // The next model to ask. Throws the error that the request ends with if there is none.
  candidate& next() {
    while (!ahead_.empty()) {
      candidate& c = *ahead_.front();
      ahead_.pop_front();
      const bool well = last_resort_ || c.health.admits(options_.clock->ticks(), options_.failures);
      if (well) {
        tell_of_passed_over(c.model->name());
        return c;
      }
      passed_over_.push_back({c.model->name(), c.health.newest(), false});
      skipped_.push_back(&c);
    }
    if (!skipped_.empty()) {
      last_resort_ = true;
      ahead_.swap(skipped_);
      return next();
    }
    tell_of_passed_over("");
    throw all_failed();
  }

  void took_reply(const candidate& c, model_visit& visit, chat_reply& reply) const {
    visit.succeeded();
    if (reply.model.empty()) reply.model = c.model->name();
  }

  void took_failure(const candidate& c, model_visit& visit, const model_error& e, bool told) {
    const failure& why = e.what_failed();
    if (why.code == "model.rejected" || why.code == "model.context_length") {
      visit.succeeded();
    } else {
      visit.failed(why, options_.clock->ticks() + options_.cool_down);
    }
    if (told) throw after_part_was_told(e);
    failed_.push_back({c.model->name(), e});
    passed_over_.push_back({c.model->name(), why, true});
  }

 private:
  void tell_of_passed_over(const std::string& next) {
    for (std::size_t i = 0; options_.listener && i < passed_over_.size(); ++i) {
      const passed_over& p = passed_over_[i];
      const bool last = i + 1 == passed_over_.size();
      options_.listener({p.model, p.why, p.asked, last ? next : passed_over_[i + 1].model});
    }
    passed_over_.clear();
  }

  model_error all_failed() const {
    const model_error& first = failed_.front().why;
    if (failed_.size() == 1) return first;
    failure why = first.what_failed();
    std::string each;
    for (const failed& f : failed_) {
      each += fmt::format("; {}: {}", f.model, f.why.what());
      why.retryable = why.retryable || f.why.what_failed().retryable;
    }
    why.message = fmt::format("none of {} models answered{}", failed_.size(), each);
    return model_error(std::move(why), first.http_status(), first.retry_after());
  }

  struct failed {
    std::string model;
    model_error why;
  };
  struct passed_over {
    std::string model;
    failure why;
    bool asked;
  };

  const fallback_options& options_;
  std::deque<candidate*> ahead_;
  std::deque<candidate*> skipped_;
  bool last_resort_ = false;
  std::vector<failed> failed_;
  std::vector<passed_over> passed_over_;  // of which the listener has yet to hear
};

bool all_immediate(const std::vector<model_ptr>& models) {
  return std::all_of(models.begin(), models.end(), [](const model_ptr& m) { return m->is_immediate(); });
}

class fallback_model final : public wrapping_model {
 public:
  fallback_model(const std::vector<model_ptr>& models, fallback_options options)
      : wrapping_model(all_immediate(models)), options_(std::move(options)) {
    for (const model_ptr& m : models) list_.push_back(std::make_unique<candidate>(m));
  }

  std::string name() const override {
    std::string all;
    for (const auto& c : list_) all += (all.empty() ? "" : " else ") + c->model->name();
    return all;
  }

  task<chat_reply> async_generate(const chat_request& request, generation& context) override {
    told_generation heard(context);
    fallback_course course(options_, list_);
    for (;;) {
      candidate& c = course.next();
      model_visit visit(c.health);
      std::optional<chat_reply> reply;
      std::optional<model_error> failed;
      try {
        auto pending = c.model->async_generate(request, heard);
        reply = co_await std::move(pending);
      } catch (...) {
        if (context.stop().stop_requested()) throw;
        failed = model_error_or("model.failed");
      }
      if (reply) {
        course.took_reply(c, visit, *reply);
        co_return std::move(*reply);
      }
      auto check = is_cancelled();
      const bool cancelled = co_await std::move(check);
      if (cancelled) throw model_error(*failed);
      course.took_failure(c, visit, *failed, heard.told());
    }
  }

 private:
  chat_reply answer_now(const chat_request& request, generation& context) override {
    told_generation heard(context);
    fallback_course course(options_, list_);
    for (;;) {
      candidate& c = course.next();
      model_visit visit(c.health);
      try {
        chat_reply reply = c.model->generate(request, heard);
        course.took_reply(c, visit, reply);
        return reply;
      } catch (...) {
        if (context.stop().stop_requested()) throw;
        course.took_failure(c, visit, model_error_or("model.failed"), heard.told());
      }
    }
  }

  // A model of somebody else may throw what it likes.
  static model_error model_error_or(std::string_view code) {
    if (const auto known = current_model_error()) return *known;
    return model_error(current_failure(code));
  }

  fallback_options options_;
  candidates list_;
};

}  // namespace

std::shared_ptr<chat_model> with_fallback(std::vector<std::shared_ptr<chat_model>> models,
                                          fallback_options options) {
  if (models.empty()) throw error("bad_fallback", "expected at least one model, got none");
  for (const model_ptr& m : models) require_model(m, "bad_fallback");
  if (options.failures < 1 || options.cool_down.count() < 0) {
    throw error("bad_fallback",
                fmt::format("expected failures of at least 1 and a cool-down of 0 or more, got "
                            "{} and {} ms",
                            options.failures, options.cool_down.count()));
  }
  if (!options.clock) options.clock = system_clock();
  return std::make_shared<fallback_model>(models, std::move(options));
}

}  // namespace stook
