#include <stook/models/response_cache.hpp>

#include <fmt/format.h>
#include <boost/asio/awaitable.hpp>

#include "models/canonical_request.hpp"
#include "models/flights.hpp"
#include "models/reply_store.hpp"
#include "models/wrapping_model.hpp"

namespace stook {
namespace {

using namespace detail;

bool is_whole(const chat_reply& reply) {
  return !reply.answer.empty() &&
         (reply.finish == finish_reason::stop || reply.finish == finish_reason::tool_calls);
}

// Of somebody else's request, or of an earlier one.
chat_reply hand_over(chat_reply reply, generation& context) {
  reply.used = {};
  if (!reply.answer.text().empty()) context.text_delta(reply.answer.text());
  return reply;
}

class caching_model final : public wrapping_model {
 public:
  caching_model(model_ptr model, response_cache_options options)
      : wrapping_model(model->is_immediate() && !options.single_flight),
        model_(std::move(model)),
        options_(std::move(options)),
        store_(options_.most_entries, options_.most_bytes) {}

  std::string name() const override { return model_->name(); }

  task<chat_reply> async_generate(const chat_request& request, generation& context) override {
    const std::string key = key_of(request);
    std::optional<chat_reply> known = find(key);
    if (known) co_return hand_over(std::move(*known), context);
    if (options_.single_flight) {
      auto shared = share(key, request, context);
      co_return co_await std::move(shared);
    }
    auto pending = model_->async_generate(request, context);
    chat_reply reply = co_await std::move(pending);
    keep(key, reply);
    co_return reply;
  }

 private:
  chat_reply answer_now(const chat_request& request, generation& context) override {
    const std::string key = key_of(request);
    if (auto known = find(key)) return hand_over(std::move(*known), context);
    chat_reply reply = model_->generate(request, context);
    keep(key, reply);
    return reply;
  }

  task<chat_reply> share(std::string key, const chat_request& request, generation& context) {
    auto boarding = flights_.board(key, context.stop(), context.time_left());
    flights::boarding boarded = co_await std::move(boarding);
    if (boarded.arrived.reply) co_return hand_over(std::move(*boarded.arrived.reply), context);
    if (boarded.arrived.failed) throw model_error(*boarded.arrived.failed);
    std::optional<chat_reply> known = find(key);  // it may have come between the look and the boarding
    if (known) {
      boarded.first->land({.reply = *known, .failed = std::nullopt});
      co_return hand_over(std::move(*known), context);
    }
    auto pending = ending_of(*model_, request, context);
    model_ending end = co_await std::move(pending);
    if (end.reply) {
      keep(key, *end.reply);
      boarded.first->land({.reply = *end.reply, .failed = std::nullopt});
      co_return std::move(*end.reply);
    }
    if (!end.cancelled) boarded.first->land({.reply = std::nullopt, .failed = *end.failed});
    throw model_error(*end.failed);
  }

  static std::string key_of(const chat_request& request) { return digest_of(canonical(request, nullptr)); }
  std::optional<chat_reply> find(const std::string& key) { return store_.find(key, options_.clock->ticks()); }
  void keep(const std::string& key, const chat_reply& reply) {
    if (is_whole(reply)) store_.keep(key, reply, options_.clock->ticks() + options_.time_to_live);
  }

  model_ptr model_;
  response_cache_options options_;
  reply_store store_;
  flights flights_;
};

}  // namespace

std::shared_ptr<chat_model> with_response_cache(std::shared_ptr<chat_model> model,
                                                response_cache_options options) {
  require_model(model, "bad_response_cache");
  if (options.most_entries < 1 || options.most_bytes < 1 || options.time_to_live.count() < 1) {
    throw error("bad_response_cache",
                fmt::format("expected room for 1 entry, 1 byte and 1 ms or more, got {}, {} and {} ms",
                            options.most_entries, options.most_bytes, options.time_to_live.count()));
  }
  if (!options.clock) options.clock = system_clock();
  return std::make_shared<caching_model>(std::move(model), std::move(options));
}

}  // namespace stook
