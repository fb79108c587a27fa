#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

/// A server that answers its n-th connection with the n-th of its texts, byte by byte as they are, closes it,
/// and keeps what it was asked. It knows no HTTP but the length of a body, so that nothing of stook judges
/// itself.
class scripted_server {
 public:
  /// What becomes of a connection that was answered: closed, held without another word, or asked again.
  enum class then { close, hold, serve };

  explicit scripted_server(std::vector<std::string> answers, then after = then::close)
      : answers_(std::move(answers)),
        after_(after),
        acceptor_(io_, {boost::asio::ip::address_v4::loopback(), 0}) {
    boost::asio::co_spawn(io_, serve(), boost::asio::detached);
    thread_ = std::jthread([this] { io_.run(); });
  }
  ~scripted_server() { io_.stop(); }

  std::string address() const {
    return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + "/v1";
  }

  int connections() const { return connections_; }
  /// Line, headers and body of each request so far.
  std::vector<std::string> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  boost::asio::awaitable<void> serve() {
    using boost::asio::use_awaitable;
    boost::asio::ip::tcp::socket socket(io_);
    for (const std::string& answer : answers_) {
      if (!socket.is_open()) {
        socket = co_await acceptor_.async_accept(use_awaitable);
        ++connections_;
      }
      std::string request;
      auto buffer = boost::asio::dynamic_buffer(request);
      const std::size_t head =
          co_await boost::asio::async_read_until(socket, buffer, "\r\n\r\n", use_awaitable);
      const std::size_t rest = head + length_in(request) - request.size();
      const std::size_t size = request.size();
      request.resize(size + rest);
      const auto missing = boost::asio::buffer(request.data() + size, rest);
      co_await boost::asio::async_read(socket, missing, use_awaitable);
      keep(std::move(request));
      boost::system::error_code ignored;  // a client that has heard enough
      auto written = boost::asio::redirect_error(use_awaitable, ignored);
      const auto bytes = boost::asio::buffer(answer);
      co_await boost::asio::async_write(socket, bytes, written);
      if (after_ == then::hold) held_.push_back(std::move(socket));
      if (after_ == then::close) socket.close();
    }
  }

  static std::size_t length_in(const std::string& request) {
    const std::string name = "Content-Length: ";
    const auto at = request.find(name);
    return at == std::string::npos ? 0 : std::stoul(request.substr(at + name.size()));
  }

  void keep(std::string request) {
    const std::lock_guard lock(mutex_);
    requests_.push_back(std::move(request));
  }

  const std::vector<std::string> answers_;
  const then after_;
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::atomic<int> connections_ = 0;
  boost::asio::io_context io_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::vector<boost::asio::ip::tcp::socket> held_;
  std::jthread thread_;
};

inline std::string answer_of(const std::string& status, const std::string& type, const std::string& body,
                             const std::string& headers = "") {
  return "HTTP/1.1 " + status + "\r\nContent-Type: " + type +
         "\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + headers +
         "\r\n" + body;
}
