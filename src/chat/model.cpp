#include <stook/chat/model.hpp>

#include <exception>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "chat/wait_for_reply.hpp"

namespace stook {

std::string_view to_string(finish_reason r) {
  switch (r) {
    case finish_reason::stop:
      return "stop";
    case finish_reason::tool_calls:
      return "tool_calls";
    case finish_reason::length:
      return "length";
    case finish_reason::content_filter:
      return "content_filter";
    case finish_reason::other:
      return "other";
  }
  return "other";
}

task<chat_reply> immediate_model::async_generate(const chat_request& request, generation& context) {
  co_return generate(request, context);
}

chat_reply waiting_model::generate(const chat_request& request, generation& context) {
  return detail::wait_for_reply(*this, request, context);
}

chat_reply detail::wait_for_reply(chat_model& model, const chat_request& request, generation& context) {
  boost::asio::io_context io(1);
  boost::asio::cancellation_signal cancel;
  std::optional<chat_reply> reply;
  std::exception_ptr failed;
  auto asked = model.async_generate(request, context);
  const auto done = [&](std::exception_ptr e, chat_reply r) {
    failed = e;
    if (!e) reply = std::move(r);
  };
  boost::asio::co_spawn(io, std::move(asked), boost::asio::bind_cancellation_slot(cancel.slot(), done));
  const auto end = [&] {
    boost::asio::post(io, [&] { cancel.emit(boost::asio::cancellation_type::terminal); });
  };
  const std::stop_callback watch(context.stop(), end);
  io.run();
  if (failed) std::rethrow_exception(failed);
  return std::move(*reply);
}

}  // namespace stook
