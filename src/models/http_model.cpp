#include "models/http_model.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <limits>
#include <utility>

#include <fmt/format.h>
#include <boost/algorithm/string/predicate.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "http/sse.hpp"
#include "models/endpoint_checks.hpp"
#include "models/provider_failure.hpp"
#include "models/rate_limit_headers.hpp"

namespace stook::models {
namespace {

// Around a word of an answer stand some hundreds of bytes of its event.
std::size_t stream_bytes(std::size_t reply_bytes) {
  constexpr std::size_t times = 64;
  constexpr std::size_t most = std::numeric_limits<std::size_t>::max();
  return reply_bytes > most / times ? most : reply_bytes * times;
}

http::client_options client_options_of(const model_endpoint& e) {
  http::client_options options;
  options.times = {e.connect_timeout, e.first_byte_timeout, e.idle_timeout, e.total_timeout};
  options.max_body_bytes = stream_bytes(e.max_reply_bytes);  // of a whole reply and of an event: see below
  options.proxy = e.proxy;
  options.ca_file = e.ca_file;
  options.egress.allowed = e.allowed_hosts;
  options.egress.allow_private = e.allow_private;
  return options;
}

// The user's headers go before those of the dialect.
std::vector<http::header> headers_of(const model_endpoint& e, const dialect& speaks) {
  std::vector<http::header> all;
  for (const auto& [name, value] : e.headers) all.push_back({name, value});
  const auto add = [&](const std::string& name, const std::string& value) {
    const bool is_there = std::any_of(all.begin(), all.end(), [&](const http::header& h) {
      return boost::algorithm::iequals(h.name, name);
    });
    if (!is_there) all.push_back({name, value});
  };
  add("Content-Type", "application/json");
  add("Accept", e.stream ? "text/event-stream, application/json" : "application/json");
  for (const auto& [name, value] : speaks.headers(e.api_key.reveal())) add(name, value);
  return all;
}

bool is_event_stream(std::string_view content_type) {
  return boost::algorithm::istarts_with(content_type, "text/event-stream");
}

// How the bytes of a reply are compressed, which is never asked for; empty: not at all.
std::string_view compression_of(const http::response& in) {
  const std::string_view coding = in.header("content-encoding");
  return boost::algorithm::iequals(coding, "identity") ? std::string_view() : coding;
}

// The key, and what goes in headers of the user's that are named like secrets.
std::vector<std::string> secrets_of(const model_endpoint& e) {
  constexpr std::array<std::string_view, 6> words{"auth", "key", "token", "secret", "password", "cookie"};
  std::vector<std::string> all{e.api_key.reveal()};
  for (const auto& [name, value] : e.headers) {
    const bool is_secret = std::any_of(words.begin(), words.end(), [&header = name](std::string_view word) {
      return boost::algorithm::icontains(header, word);
    });
    if (!is_secret) continue;
    all.push_back(value);
    all.push_back(value.substr(value.rfind(' ') + 1));  // of "Bearer ..."
  }
  return all;
}

// What answers are cleaned of. "none" and "ollama", which users of local servers write, are words of answers
// too.
std::string_view key_in_answers(const secret& key) {
  constexpr std::size_t shortest = 16;
  return key.reveal().size() < shortest ? std::string_view() : key.reveal();
}

std::string_view request_id_of(const http::response& in) {
  const std::string_view id = in.header("x-request-id");
  return id.empty() ? in.header("request-id") : id;
}

// For a server that does not count: four bytes a token is what its own rule of thumb would say.
usage estimate(std::size_t request_bytes, const message& answer) {
  std::size_t answer_bytes = answer.text().size();
  for (const tool_call& call : answer.calls()) answer_bytes += call.name.size() + call.arguments.size();
  return {.input_tokens = static_cast<std::int64_t>(request_bytes / 4 + 1),
          .output_tokens = static_cast<std::int64_t>(answer_bytes / 4 + 1)};
}

}  // namespace

http_model::http_model(std::string provider, std::string model, std::unique_ptr<const dialect> speaks,
                       model_endpoint endpoint)
    : name_(std::move(provider) + ':' + model),
      model_(std::move(model)),
      dialect_(std::move(speaks)),
      endpoint_((check(endpoint, model_, dialect_->members()), std::move(endpoint))),
      url_(http::parse_url(endpoint_.base_url) / dialect_->path()),
      headers_(headers_of(endpoint_, *dialect_)),
      secrets_(secrets_of(endpoint_)),
      client_(client_options_of(endpoint_)),
      memory_(*dialect_) {}

task<chat_reply> http_model::async_generate(const chat_request& request, generation& context) {
  try {
    co_return co_await exchange(request, context);
  } catch (const model_error& e) {
    throw without_secrets(e, secrets_);
  }
}

task<chat_reply> http_model::exchange(const chat_request& request, generation& context) {
  const time_point began = std::chrono::steady_clock::now();
  try {
    const request_memory::written written = memory_.write(request);
    http::request out;
    out.to = url_;
    out.headers = headers_;
    out.body = written.body();
    http::response in = co_await client_.async_send(out);
    if (in.status() < 200 || in.status() > 299) {
      const std::string body = co_await read_refusal(in);
      const refusal_headers said{in.header("x-should-retry"), in.header("retry-after-ms"),
                                 in.header("retry-after"), request_id_of(in)};
      throw refusal(static_cast<int>(in.status()), body, said, std::chrono::system_clock::now());
    }
    if (const auto coding = compression_of(in); !coding.empty()) {
      throw nonsense("expected an answer that is not compressed, got Content-Encoding: " + shown(coding));
    }
    chat_reply reply;
    if (is_event_stream(in.header("content-type"))) {
      reply = co_await read_stream(in, context);
    } else {
      reply = co_await read_whole(in, context);
    }
    complete(reply, in, out.body.size());
    co_return reply;
  } catch (const http::transport_error& e) {
    throw of_transport(e, e.answer_began(), began);
  } catch (const model_error&) {
    throw;
  } catch (const error& e) {
    if (!e.code().starts_with("http.")) throw;
    throw of_transport(e, true, began);  // of the reader of events
  }
}

// As much of it as an error message could show.
task<std::string> http_model::read_refusal(http::response& in) {
  constexpr std::size_t enough = std::size_t{64} * 1024;
  std::string body;
  if (!compression_of(in).empty()) co_return "(a text that was compressed unasked)";
  while (body.size() < enough) {
    std::string_view piece;
    try {
      piece = co_await in.async_read_some();
    } catch (const http::transport_error&) {
      // the status says enough
    }
    if (piece.empty()) break;
    body += piece.substr(0, enough - body.size());
  }
  for (const std::string& one : secrets_) body = with_key_replaced(std::move(body), one);
  co_return body;
}

task<chat_reply> http_model::read_stream(http::response& in, generation& context) {
  const std::unique_ptr<stream_reader> reader = dialect_->read_stream(context);
  const std::string_view key = key_in_answers(endpoint_.api_key);
  http::sse_reader events(endpoint_.max_reply_bytes);
  http::sse_event event;
  const auto read = [&](const http::sse_event& e) {
    const bool has_key = !key.empty() && e.data.find(key) != std::string_view::npos;
    return has_key ? reader->read(e.type, with_key_replaced(std::string(e.data), key))
                   : reader->read(e.type, e.data);
  };
  // Half an event is none: the stream was cut there, which `finish` judges.
  const auto read_last = [&](const http::sse_event& e) {
    try {
      read(e);
    } catch (const model_error& why) {
      if (why.code() != "model.protocol") throw;
    }
  };
  bool is_whole = false;
  std::exception_ptr broken;
  try {
    while (!is_whole) {
      const std::string_view piece = co_await in.async_read_some();
      if (piece.empty()) break;
      events.feed(piece);
      while (!is_whole && events.next(event)) is_whole = read(event);
    }
    // Servers forget the blank line behind the last event.
    if (!is_whole && events.finish(event)) read_last(event);
  } catch (const http::transport_error&) {
    broken = std::current_exception();
  }
  // Behind the reason why the model stopped only the end of the stream can be missing.
  if (broken && !reader->has_ended()) std::rethrow_exception(broken);
  chat_reply reply = reader->finish();
  // Who says more behind the end is not to be trusted with the next request.
  if (is_whole && !events.next(event)) co_await read_end(in);
  co_return reply;
}

// The end of the body mostly stands right behind the last event. To have read it leaves the connection to the
// next request; a server that holds it open, or says more, loses it, and nobody waits for that.
task<void> http_model::read_end(http::response& in) const {
  using boost::asio::experimental::awaitable_operators::operator||;
  boost::asio::steady_timer soon(co_await boost::asio::this_coro::executor, std::chrono::milliseconds(20));
  auto end = in.async_read_some() || soon.async_wait(boost::asio::use_awaitable);
  try {
    co_await std::move(end);
  } catch (const std::exception&) {
    co_return;  // the answer is whole whatever became of the connection
  }
}

task<chat_reply> http_model::read_whole(http::response& in, generation& context) {
  auto reading = in.async_read_all(endpoint_.max_reply_bytes);
  const std::string_view body = co_await std::move(reading);
  const std::string_view key = key_in_answers(endpoint_.api_key);
  const bool has_key = !key.empty() && body.find(key) != std::string_view::npos;
  chat_reply reply =
      has_key ? dialect_->read_whole(with_key_replaced(std::string(body), key)) : dialect_->read_whole(body);
  if (!reply.answer.text().empty()) context.text_delta(reply.answer.text());
  co_return reply;
}

void http_model::complete(chat_reply& reply, const http::response& in, std::size_t request_bytes) const {
  if (reply.usage_is_estimate) reply.used = estimate(request_bytes, reply.answer);
  if (endpoint_.prices) {
    const std::string& priced = endpoint_.prices->find(reply.model) ? reply.model : model_;
    reply.used.cost_usd = endpoint_.prices->cost_usd(priced, reply.used);
  }
  if (reply.model == model_) reply.model.clear();
  reply.request_id = shown(request_id_of(in));
  reply.limits =
      limits_of([&](std::string_view name) { return in.header(name); }, std::chrono::system_clock::now());
}

model_error http_model::of_transport(const error& e, bool answer_began, time_point began) const {
  failure what = e.what_failed();
  const bool time_is_over = endpoint_.total_timeout.count() > 0 &&
                            std::chrono::steady_clock::now() - began >= endpoint_.total_timeout;
  what.retryable = true;
  if (what.code == "http.connect") {
    what.code = "model.connect";
    what.retryable = e.what_failed().retryable;
  } else if (what.code == "http.reset") {
    what.code = answer_began ? "model.truncated" : "model.connect";
  } else if (what.code == "http.timeout") {
    what.code = "model.timeout";
    what.retryable = !time_is_over;
  } else if (what.code == "http.tls") {
    what.code = "model.tls";
    what.retryable = false;
  } else if (what.code == "http.too_large") {
    what.code = "model.too_large";
    what.retryable = false;
  } else if (what.code == "http.blocked") {
    what.code = "model.blocked";
    what.retryable = false;
  } else {
    what.code = "model.protocol";
  }
  return model_error(std::move(what));
}

model_endpoint resolved(model_endpoint endpoint, const std::string& base_url,
                        const std::string& key_variable) {
  if (!endpoint.base_url.empty()) return endpoint;
  if (base_url.empty()) {
    throw error(failure{"bad_model_options", "expected the address of the server, got none",
                        "set endpoint.base_url, as in \"http://127.0.0.1:8080/v1\""});
  }
  endpoint.base_url = base_url;
  if (endpoint.api_key.empty() && !key_variable.empty())
    endpoint.api_key = api_key_from_environment(key_variable);
  return endpoint;
}

}  // namespace stook::models
