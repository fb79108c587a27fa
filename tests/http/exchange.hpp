#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>

#include "http/client.hpp"
#include "support/fake_server.hpp"

/// What a test asks a server, and what came of it.
namespace asking {

struct outcome {
  unsigned status = 0;
  std::string body;
  std::string code;  // of the error, if there was one
  std::string text;
  bool began = false;
  bool retryable = false;
};

stook::task<void> exchange(const stook::http::client& c, const stook::http::request& r, outcome& out);
/// On an event loop of its own.
std::vector<outcome> ask(const stook::http::client& c, const stook::http::request& r, std::size_t times = 1);
outcome ask_once(const stook::http::client& c, const stook::http::request& r);
stook::http::request post(const fake::server& s, std::string_view body = "{}");

/// A port on which whoever connects waits for room in the queue, as at an address that is silent.
class full_listener {
 public:
  explicit full_listener(const boost::asio::ip::tcp::endpoint& at) {
    full_.open(at.protocol());
    full_.bind(at);
    full_.listen(0);
    for (int i = 0; i < 4; ++i) {
      before_.emplace_back(io_);
      before_.back().async_connect(full_.local_endpoint(), [](boost::system::error_code) {});
    }
    io_.poll();
  }
  unsigned port() const { return full_.local_endpoint().port(); }

 private:
  boost::asio::io_context io_{1};
  boost::asio::ip::tcp::acceptor full_{io_};
  std::vector<boost::asio::ip::tcp::socket> before_;
};

}  // namespace asking
