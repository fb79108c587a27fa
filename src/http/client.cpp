#include "http/client.hpp"

#include <utility>

#include <fmt/format.h>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/this_coro.hpp>

#include "core/run_on.hpp"
#include "http/connection.hpp"
#include "http/idle_connections.hpp"
#include "http/request_head.hpp"
#include "http/response_core.hpp"

namespace asio = boost::asio;

namespace stook::http {

struct client::shared {
  explicit shared(client_options o) : options(std::move(o)), tls(asio::ssl::context::tls_client) {}

  client_options options;
  std::optional<url> proxy;
  mutable asio::ssl::context tls;  // sessions are made from it; OpenSSL locks what they share
};

client::client(client_options options) {
  check_rules(options.egress);
  auto made = std::make_shared<shared>(std::move(options));
  if (made->options.proxy) {
    made->proxy = parse_url(*made->options.proxy);
    if (made->proxy->tls) throw error("bad_url", "a proxy is reached by http://, and TLS goes through it");
  }
  made->tls.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv2 |
                        asio::ssl::context::no_sslv3 | asio::ssl::context::no_tlsv1 |
                        asio::ssl::context::no_tlsv1_1);
  made->tls.set_verify_mode(asio::ssl::verify_peer);
  boost::system::error_code ec;
  if (made->options.ca_file) {
    made->tls.load_verify_file(*made->options.ca_file, ec);
    if (ec)
      throw error("bad_ca_file",
                  fmt::format("{}: no PEM certificates: {}", *made->options.ca_file, ec.message()));
  } else {
    made->tls.set_default_verify_paths(ec);
  }
  shared_ = std::move(made);
}

client::~client() = default;

namespace {

task<std::unique_ptr<response::core>> async_exchange(std::unique_ptr<response::core> c, const request& r,
                                                     const std::string& head) {
  auto writing = c->async_write(r, head);
  co_await std::move(writing);
  auto reading = c->async_read_head();
  co_await std::move(reading);
  co_return c;
}

// A strand of the loop itself, where it is one, costs less in each operation than one of an executor of any
// kind.
asio::any_io_executor strand_on(const asio::any_io_executor& here) {
  if (const auto* loop = here.target<asio::io_context::executor_type>()) return asio::make_strand(*loop);
  return asio::make_strand(here);
}

}  // namespace

task<response> client::async_send(const request& r) const {
  const std::shared_ptr<const shared> s = shared_;
  const bool by_proxy = s->proxy && !r.to.tls;
  const std::string head = head_of(r, by_proxy);
  const std::shared_ptr<const client_options> options(s, &s->options);
  const stopwatch watch(s->options.times);
  const asio::any_io_executor here = co_await asio::this_coro::executor;
  auto& context = asio::query(here, asio::execution::context);
  std::unique_ptr<connection> line = asio::use_service<idle_connections>(context).take(s.get(), r.to);
  for (;;) {
    if (!line) {
      line = std::make_unique<connection>(strand_on(here), s->options.max_header_bytes);
      const asio::any_io_executor strand = line->strand();
      auto connecting = line->async_connect(r.to, s->options, s->proxy, s->tls, watch);
      auto connected = detail::run_on(strand, std::move(connecting));
      co_await std::move(connected);
    }
    const bool used = line->used();
    const asio::any_io_executor strand = line->strand();
    auto c = std::make_unique<response::core>(options, s, r.to, watch, std::move(line));
    auto exchange = async_exchange(std::move(c), r, head);
    auto pending = detail::run_on(strand, std::move(exchange));
    try {
      auto replied = co_await std::move(pending);
      co_return response(std::move(replied));
    } catch (const transport_error& e) {
      if (!used || e.answer_began() || e.code() != "http.reset") throw;
    }
  }
}

}  // namespace stook::http
