#include "http/connection.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>
#include <vector>

#include <sys/socket.h>
#include <unistd.h>

#include <fmt/format.h>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/error.hpp>

#include "http/idle_connections.hpp"
#include "http/server_addresses.hpp"

namespace asio = boost::asio;
namespace beast = boost::beast;

namespace stook::http {
namespace {

// One read of the socket then takes what is there; a fresh buffer makes Beast read 512 bytes at a time.
constexpr std::size_t buffer_bytes = 64U << 10U;

// Handlers run where the coroutine runs that waits for them, so the socket needs no strand around its loop.
asio::any_io_executor without_strands(const asio::any_io_executor& here) {
  if (const auto* of_loop = here.target<asio::strand<asio::io_context::executor_type>>()) {
    return of_loop->get_inner_executor();
  }
  if (const auto* of_pool = here.target<asio::strand<asio::thread_pool::executor_type>>()) {
    return of_pool->get_inner_executor();
  }
  if (const auto* of_any = here.target<asio::strand<asio::any_io_executor>>()) {
    return without_strands(of_any->get_inner_executor());
  }
  return here;
}

asio::execution_context& context_of(asio::ip::tcp::socket& socket) {
  return asio::query(socket.get_executor(), asio::execution::context);
}

}  // namespace

// Beast bounds neither the extension of a chunk nor a trailer; the buffer does.
connection::connection(const asio::any_io_executor& here, url server, std::size_t max_header_bytes)
    : server_(std::move(server)),
      socket_(without_strands(here)),
      deadlines_(asio::use_service<deadlines>(context_of(socket_))),
      others_(asio::use_service<idle_connections>(context_of(socket_))),
      buffer_(max_header_bytes + buffer_bytes) {
  buffer_.reserve(buffer_bytes);
}

bool connection::quiet() {
  if (tls_) {
    // what came with the last reply's records, and was taken out of the socket with them
    SSL* const session = tls_->native_handle();
    if (SSL_has_pending(session) != 0 || BIO_ctrl_pending(SSL_get_rbio(session)) != 0) return false;
  }
  boost::system::error_code ec;
  char c = 0;
  socket_.receive(asio::buffer(&c, 1), asio::socket_base::message_peek, ec);
  return ec == asio::error::would_block || ec == asio::error::try_again;
}

// Programs that others start meanwhile do not get it: they could read along, and would keep it open.
void connection::open_socket(const asio::ip::tcp& protocol, boost::system::error_code& ec) {
  boost::system::error_code ignored;
  socket_.close(ignored);
  const int made = ::socket(protocol.family(), protocol.type() | SOCK_CLOEXEC, protocol.protocol());
  if (made < 0) {
    ec.assign(errno, boost::system::system_category());
    return;
  }
  socket_.assign(protocol, made, ec);
  if (ec) {
    ::close(made);
    return;
  }
  // for what is asked of the socket without waiting for it
  socket_.non_blocking(true, ec);
}

task<void> connection::async_connect(const client_options& options, const std::optional<url>& proxy,
                                     asio::ssl::context& tls, const stopwatch& watch) {
  auto opening = async_open(proxy ? *proxy : server_, options, watch);
  co_await std::move(opening);
  if (proxy && server_.tls) {
    auto tunnelling = async_tunnel(options, watch);
    co_await std::move(tunnelling);
  }
  if (server_.tls) {
    auto securing = async_secure(tls, watch);
    co_await std::move(securing);
  }
}

// The rules are for the server; a proxy is where the user wants the traffic, and resolves names itself.
task<void> connection::async_open(const url& to, const client_options& options, const stopwatch& watch) {
  const bool direct = &to == &server_;
  const std::string& host = server_.host;
  const bool allowed = direct ? may_ask(options.egress, host) : may_ask_by_proxy(options.egress, host);
  if (!allowed) {
    throw transport_error({"http.blocked", fmt::format("{} is not among the allowed hosts", host),
                           "add it to allowed_hosts if it is meant to be asked"},
                          false);
  }
  auto resolving = async_addresses(socket_.get_executor(), to, options.lookup, watch);
  std::vector<asio::ip::tcp::endpoint> all = co_await std::move(resolving);
  if (direct) {
    std::erase_if(all, [&](const auto& e) { return !may_connect(options.egress, host, e.address()); });
    if (all.empty()) {
      throw transport_error(
          {"http.blocked", fmt::format("every address of {} is outside the allowed networks", host),
           "add the network to allowed_hosts, or allow private addresses, if it is meant to be asked"},
          false);
    }
  }
  boost::system::error_code ec = asio::error::host_not_found;
  std::size_t left = all.size();
  for (const asio::ip::tcp::endpoint& one : all) {
    open_socket(one.protocol(), ec);
    const auto until = watch.until_next_address(left--);
    if (ec) continue;
    deadlines::guard in_time = limit(until);
    auto connecting = socket_.async_connect(one, asio::redirect_error(asio::use_awaitable, ec));
    co_await std::move(connecting);
    if (in_time.end()) ec = beast::error::timeout;
    if (!ec || ec == asio::error::operation_aborted) break;
  }
  if (ec) rethrow_connect(ec, to, watch);
  socket_.set_option(asio::ip::tcp::no_delay(true), ec);
}

}  // namespace stook::http
