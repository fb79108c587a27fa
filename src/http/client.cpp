#include "http/client.hpp"

#include <array>
#include <mutex>
#include <utility>

#include <fmt/format.h>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/this_coro.hpp>

#include "http/connection.hpp"
#include "http/idle_connections.hpp"
#include "http/request_head.hpp"
#include "http/response_core.hpp"

namespace asio = boost::asio;
namespace beast = boost::beast;

namespace stook::http {

struct client::shared {
  explicit shared(client_options o) : options(std::move(o)), tls(asio::ssl::context::tls_client) {}

  // The system's authorities take 30 ms to read, and who asks a server on his own machine needs none.
  asio::ssl::context& trusting() const {
    std::call_once(reads_authorities, [this] {
      boost::system::error_code ignored;  // nobody is trusted then
      if (!options.ca_file) tls.set_default_verify_paths(ignored);
    });
    return tls;
  }

  client_options options;
  std::optional<url> proxy;
  mutable asio::ssl::context tls;  // sessions are made from it; OpenSSL locks what they share
  mutable std::once_flag reads_authorities;
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
  if (made->options.ca_file) {
    boost::system::error_code ec;
    made->tls.load_verify_file(*made->options.ca_file, ec);
    if (ec)
      throw error("bad_ca_file",
                  fmt::format("{}: no PEM certificates: {}", *made->options.ca_file, ec.message()));
  }
  shared_ = std::move(made);
}

client::~client() = default;

task<response> client::async_send(const request& r) const {
  const std::shared_ptr<const shared> s = shared_;
  const std::string head = head_of(r, s->proxy && !r.to.tls);
  const asio::any_io_executor here = co_await asio::this_coro::executor;
  auto& kept = asio::use_service<idle_connections>(asio::query(here, asio::execution::context));
  const std::shared_ptr<const client_options> owner(s, &s->options);
  auto c = std::make_unique<response::core>(owner, stopwatch(s->options.times));
  std::unique_ptr<connection> line = kept.take(owner, r.to);
  for (;;) {
    if (!line) {
      const url server{r.to.tls, r.to.host, r.to.port, {}};
      line = std::make_unique<connection>(here, server, s->options.max_header_bytes);
      auto connecting = line->async_connect(s->options, s->proxy, r.to.tls ? s->trusting() : s->tls, c->time);
      co_await std::move(connecting);
    }
    const bool used = line->used();
    c->begin(std::move(line));
    try {
      const std::array<asio::const_buffer, 2> parts = {asio::buffer(head),
                                                       asio::buffer(r.body.data(), r.body.size())};
      unsent left(parts);
      c->write_at_once(left);
      if (beast::buffer_bytes(left) > 0) {
        auto writing = c->async_write(left);
        co_await std::move(writing);
      }
      auto reading = c->async_read_head();
      co_await std::move(reading);
      co_return response(std::move(c));
    } catch (const transport_error& e) {
      if (!used || e.answer_began() || e.code() != "http.reset") throw;
    }
  }
}

}  // namespace stook::http
