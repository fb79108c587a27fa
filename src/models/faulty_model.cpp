#include <stook/models/faulty_model.hpp>

#include <algorithm>

#include <fmt/format.h>
#include <boost/asio/awaitable.hpp>

#include <stook/core/id_source.hpp>

#include "chat/wait_for_reply.hpp"
#include "models/waiter.hpp"
#include "models/wrapping_model.hpp"

namespace stook {
namespace {

using namespace detail;

// Lets so many bytes of text through.
class breaking_stream final : public passing_generation {
 public:
  breaking_stream(generation& caller, std::optional<std::size_t> after)
      : passing_generation(caller), left_(after) {}

  void text_delta(std::string_view piece) override {
    if (left_) {
      piece = piece.substr(0, *left_);
      *left_ -= piece.size();
    }
    if (!piece.empty()) caller().text_delta(piece);
  }

 private:
  std::optional<std::size_t> left_;
};

void throw_if_broken(const model_fault& fault) {
  if (!fault.breaks_after) return;
  throw model_error({"model.truncated",
                     fmt::format("the stream broke off after {} bytes of text", *fault.breaks_after), "",
                     true});
}

bool has_delay(const std::vector<model_fault>& faults) {
  return std::any_of(faults.begin(), faults.end(), [](const model_fault& f) { return f.delay.count() > 0; });
}

}  // namespace

model_fault model_fault::status(int http_status, std::optional<std::chrono::milliseconds> retry_after) {
  failure why{"model.rejected", fmt::format("the server answered with the status {}", http_status)};
  if (http_status >= 300 && http_status < 400) why.code = "model.redirect";
  if (http_status == 401 || http_status == 403) why.code = "model.auth";
  if (http_status == 408) why.code = "model.timeout";
  if (http_status == 409 || http_status == 429 || http_status >= 500) why.code = "model.overload";
  why.retryable = why.code == "model.timeout" || why.code == "model.overload";
  return {.fails = model_error(std::move(why), http_status, retry_after)};
}

model_fault model_fault::error(std::string code, bool retryable) {
  std::string text = fmt::format("a fault that was asked for: {}", code);
  return {.fails = model_error({std::move(code), std::move(text), "", retryable})};
}

model_fault model_fault::truncated(std::size_t after_bytes) { return {.breaks_after = after_bytes}; }

model_fault model_fault::slow(std::chrono::milliseconds by) { return {.delay = by}; }

faulty_model::faulty_model(std::shared_ptr<chat_model> model, fault_options options)
    : model_(std::move(model)), options_(std::move(options)) {
  require_model(model_, "bad_faults");
  if (!(options_.share >= 0 && options_.share <= 1)) {
    throw stook::error("bad_faults", fmt::format("expected a share from 0 to 1, got {}", options_.share));
  }
  if (!options_.clock) options_.clock = system_clock();
  const bool waits =
      options_.clock->is_real() && (has_delay(options_.script) || has_delay(options_.at_random));
  immediate_ = model_->is_immediate() && !waits;
}

model_fault faulty_model::next_fault() {
  const std::uint64_t number = requests_++;
  if (number < options_.script.size()) return options_.script[number];
  if (options_.at_random.empty()) return {};
  // the first draws of a source whose seed has the number in it: the same whoever asks first
  id_source dice(id_source(options_.seed).fork() ^ number);
  const double drawn = static_cast<double>(dice.fork() >> 11) * 0x1p-53;
  if (drawn >= options_.share) return {};
  return options_.at_random[dice.fork() % options_.at_random.size()];
}

chat_reply faulty_model::generate(const chat_request& request, generation& context) {
  if (!immediate_) return wait_for_reply(*this, request, context);
  const model_fault fault = next_fault();
  if (fault.delay.count() > 0) pause(*options_.clock, fault.delay, context.stop());
  if (fault.fails) throw model_error(*fault.fails);
  breaking_stream heard(context, fault.breaks_after);
  chat_reply reply = model_->generate(request, heard);
  throw_if_broken(fault);
  return reply;
}

task<chat_reply> faulty_model::async_generate(const chat_request& request, generation& context) {
  const model_fault fault = next_fault();
  if (fault.delay.count() > 0) {
    auto wait = async_pause(options_.clock, fault.delay, context.stop());
    co_await std::move(wait);
  }
  if (fault.fails) throw model_error(*fault.fails);
  breaking_stream heard(context, fault.breaks_after);
  auto pending = model_->async_generate(request, heard);
  chat_reply reply = co_await std::move(pending);
  throw_if_broken(fault);
  co_return reply;
}

}  // namespace stook
