#include "models/wrapping_model.hpp"

#include <fmt/format.h>
#include <boost/asio/awaitable.hpp>

#include "chat/wait_for_reply.hpp"
#include "core/is_cancelled.hpp"

namespace stook::detail {

chat_reply wrapping_model::generate(const chat_request& request, generation& context) {
  return immediate_ ? answer_now(request, context) : wait_for_reply(*this, request, context);
}

task<model_ending> ending_of(chat_model& model, const chat_request& request, generation& context) {
  model_ending end;
  try {
    auto pending = model.async_generate(request, context);
    end.reply = co_await std::move(pending);
    co_return end;
  } catch (...) {
    end.failed = current_model_error();
    if (!end.failed || context.stop().stop_requested()) throw;
  }
  auto check = is_cancelled();
  end.cancelled = co_await std::move(check);
  co_return end;
}

std::optional<model_error> current_model_error() {
  try {
    throw;
  } catch (const model_error& e) {
    return e;
  } catch (const error& e) {
    return model_error(e.what_failed());
  } catch (...) {
    return std::nullopt;
  }
}

model_error with_more(const model_error& e, std::string_view more) {
  failure why = e.what_failed();
  why.message = fmt::format("{}; {}", why.message, more);
  return model_error(std::move(why), e.http_status(), e.retry_after());
}

model_error after_part_was_told(const model_error& e) {
  failure why = e.what_failed();
  why.retryable = false;
  const model_error final_one(std::move(why), e.http_status(), e.retry_after());
  return with_more(final_one, "a part of the answer had been handed on, so nobody is asked for it again");
}

void require_model(const model_ptr& model, const char* code) {
  if (!model) throw error(code, "expected a model to wrap, got none");
}

}  // namespace stook::detail
