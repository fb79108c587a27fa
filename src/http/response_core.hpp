#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/optional/optional.hpp>
#include <boost/system/error_code.hpp>

#include "http/client.hpp"
#include "http/stopwatch.hpp"

namespace stook::http {

class connection;

/// A body of which the parser shows each piece where it was received, and copies none.
struct shown_body {
  using value_type = std::string_view;  // what the last parse met

  class reader {
   public:
    template <bool IsRequest, typename Fields>
    reader(boost::beast::http::header<IsRequest, Fields>&, value_type& shown) : shown_(shown) {}
    void init(const boost::optional<std::uint64_t>&, boost::system::error_code& ec) { ec = {}; }
    template <typename Buffers>
    std::size_t put(const Buffers& buffers, boost::system::error_code& ec) {
      ec = {};
      const boost::asio::const_buffer one = *boost::asio::buffer_sequence_begin(buffers);
      shown_ = value_type(static_cast<const char*>(one.data()), one.size());
      return one.size();
    }
    void finish(boost::system::error_code& ec) { ec = {}; }

   private:
    value_type& shown_;
  };
};

/// A reply on its way: the connection that it comes by, and what was parsed of it.
class response::core {
 public:
  using parser = boost::beast::http::response_parser<shown_body>;

  core(std::shared_ptr<const client_options> o, std::shared_ptr<const void> sender, url server,
       stopwatch watch, std::unique_ptr<connection> c);
  ~core();
  core(const core&) = delete;
  core& operator=(const core&) = delete;

  task<void> async_write(const request& r, const std::string& head);
  task<void> async_read_head();
  task<void> async_fill(phase at);
  std::size_t parse(phase at);
  std::optional<std::string_view> take_buffered();
  task<std::string_view> async_more();
  void release();
  [[noreturn]] void rethrow(const boost::system::error_code& ec, phase at, bool began);

  std::shared_ptr<const client_options> options;
  std::shared_ptr<const void> owner;  // the client, for whom the connection is kept
  url to;
  stopwatch time;
  std::unique_ptr<connection> line;  // null once the body is whole
  std::unique_ptr<parser> reply;
  std::size_t body_bytes = 0;
  bool began = false;  // a byte of the reply came
};

}  // namespace stook::http
