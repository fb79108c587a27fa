#pragma once

// A server on loopback that says bytes, and hears them, as a test writes them down: one exchange after the
// other. Its thread blocks, so a test may use any event loop of its own.

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <poll.h>

#include <fmt/format.h>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

namespace fake {

namespace asio = boost::asio;

/// One connection as a script sees it.
class peer {
 public:
  explicit peer(asio::ip::tcp::socket s) : socket(std::move(s)) {}

  /// Reads one request, head and body; empty once the client has closed.
  std::string hear() {
    boost::system::error_code ec;
    const std::size_t head = asio::read_until(socket, asio::dynamic_buffer(heard_), "\r\n\r\n", ec);
    if (ec) return {};
    std::size_t body = 0;
    const auto at = heard_.find("Content-Length: ");
    if (at < head) body = std::stoul(heard_.substr(at + 16));
    if (heard_.size() < head + body) {
      asio::read(socket, asio::dynamic_buffer(heard_), asio::transfer_exactly(head + body - heard_.size()),
                 ec);
    }
    std::string out = heard_.substr(0, head + body);
    heard_.erase(0, head + body);
    return out;
  }
  /// False once the client has closed.
  bool say(std::string_view bytes) {
    boost::system::error_code ec;
    asio::write(socket, asio::buffer(bytes), ec);
    return !ec;
  }
  /// Waits so long, or until the client closes, which it tells.
  bool closes_within(std::chrono::milliseconds time) {
    pollfd wait{socket.native_handle(), POLLIN | POLLRDHUP, 0};
    return ::poll(&wait, 1, static_cast<int>(time.count())) > 0 && (wait.revents & ~POLLIN) != 0;
  }
  /// Blocks until the client closes.
  void wait_for_close() {
    char c = 0;
    boost::system::error_code ec;
    while (!ec) asio::read(socket, asio::buffer(&c, 1), ec);
  }
  void reset() {
    socket.set_option(asio::socket_base::linger(true, 0));
    socket.close();
  }

  asio::ip::tcp::socket socket;

 private:
  std::string heard_;
};

inline std::string reply(std::string_view body, std::string_view more_headers = "", int status = 200) {
  return fmt::format("HTTP/1.1 {} X\r\nContent-Length: {}\r\n{}\r\n{}", status, body.size(), more_headers,
                     body);
}

/// Calls `script` for each connection with the number of the connection, from 0: one after the other, or all
/// at once, each on a thread of its own.
class server {
 public:
  using script = std::function<void(peer&, int)>;
  enum class serving { in_turn, at_once };

  explicit server(script s, serving how = serving::in_turn)
      : script_(std::move(s)), how_(how), acceptor_(io_), address_(asio::ip::address_v4::loopback(), 0) {
    listen();
    thread_ = std::thread([this] { serve(); });
  }
  ~server() {
    ending_ = true;
    thread_.join();
    for (std::thread& one : connected_) one.join();
  }

  std::uint16_t port() const { return address_.port(); }
  std::string base() const { return fmt::format("http://127.0.0.1:{}", port()); }
  int connections() const { return connections_; }

  /// From now on nobody listens at the port: who connects is refused. Returns once it is so.
  void refuse() { change(refusing_, true); }
  void accept_again() { change(refusing_, false); }

 private:
  void change(std::atomic<bool>& wanted, bool to) {
    wanted = to;
    while (listening_ == to) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  void listen() {
    acceptor_.open(asio::ip::tcp::v4());
    acceptor_.set_option(asio::socket_base::reuse_address(true));
    acceptor_.bind(address_);
    acceptor_.listen();
    address_ = acceptor_.local_endpoint();
    listening_ = true;
  }
  void serve() {
    while (!ending_) {
      if (refusing_ == listening_) {
        if (refusing_) {
          acceptor_.close();
          listening_ = false;
        } else {
          listen();
        }
      }
      pollfd wait{listening_ ? acceptor_.native_handle() : -1, POLLIN, 0};
      if (::poll(&wait, 1, 2) < 1) continue;
      asio::ip::tcp::socket s(io_);
      boost::system::error_code ec;
      acceptor_.accept(s, ec);
      if (ec) continue;
      const int number = connections_++;
      if (how_ == serving::at_once) {
        connected_.emplace_back(
            [this, number, held = std::move(s)]() mutable { talk(std::move(held), number); });
      } else {
        talk(std::move(s), number);
      }
    }
  }
  void talk(asio::ip::tcp::socket s, int number) {
    peer p(std::move(s));
    script_(p, number);
  }

  script script_;
  const serving how_;
  asio::io_context io_;
  asio::ip::tcp::acceptor acceptor_;
  asio::ip::tcp::endpoint address_;
  std::atomic<bool> ending_ = false, refusing_ = false, listening_ = false;
  std::atomic<int> connections_ = 0;
  std::vector<std::thread> connected_;
  std::thread thread_;
};

}  // namespace fake
