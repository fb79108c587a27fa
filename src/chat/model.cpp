#include <stook/chat/model.hpp>

#include <exception>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

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
  std::optional<chat_reply> reply;
  std::exception_ptr failed;
  auto asked = model.async_generate(request, context);
  boost::asio::co_spawn(io, std::move(asked), [&](std::exception_ptr e, chat_reply r) {
    failed = e;
    if (!e) reply = std::move(r);
  });
  io.run();
  if (failed) std::rethrow_exception(failed);
  return std::move(*reply);
}

}  // namespace stook
