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

/// Calls `script` for each connection, one after the other, with the number of the connection from 0.
class server {
 public:
  using script = std::function<void(peer&, int)>;

  explicit server(script s)
      : acceptor_(io_, {asio::ip::make_address("127.0.0.1"), 0}),
        script_(std::move(s)),
        thread_([this] { serve(); }) {}
  ~server() {
    ending_ = true;
    boost::system::error_code ec;
    asio::io_context io;
    asio::ip::tcp::socket last(io);
    last.connect(acceptor_.local_endpoint(), ec);  // wakes the accept
    thread_.join();
  }

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  std::string base() const { return fmt::format("http://127.0.0.1:{}", port()); }
  int connections() const { return connections_; }

 private:
  void serve() {
    for (;;) {
      asio::ip::tcp::socket s(io_);
      acceptor_.accept(s);
      if (ending_) return;
      peer p(std::move(s));
      script_(p, connections_++);
    }
  }

  asio::io_context io_;
  asio::ip::tcp::acceptor acceptor_;
  script script_;
  std::atomic<bool> ending_ = false;
  std::atomic<int> connections_ = 0;
  std::thread thread_;
};

}  // namespace fake
