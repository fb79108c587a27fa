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
#include "http/deadlines.hpp"
#include "http/stopwatch.hpp"
#include "http/stream_io.hpp"

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
    // Once for all of a body of a known length that stands in the buffer.
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

  core(std::shared_ptr<const client_options> owner, stopwatch watch);
  /// Leaves the connection to the next request, if all of the reply was shown.
  ~core();
  core(const core&) = delete;
  core& operator=(const core&) = delete;

  /// Begins an exchange by a connection that is open.
  void begin(std::unique_ptr<connection> by);
  /// Of head and body, what the socket takes at once; the rest is left.
  /// Where the server closes meanwhile, nothing is left: it may have said why before, which is read next.
  void write_at_once(unsent& left);
  task<void> async_write(unsent& left);
  /// Receives until the header is there.
  task<void> async_read_head();
  /// The next piece of the body out of what was received, where it stays until more is; empty at the end, and
  /// nothing where more must come first.
  std::optional<std::string_view> take_buffered();
  /// The same, once more has come.
  task<std::string_view> async_more();
  /// How long the rest of the body is, if it was announced and there is room for it in the buffer.
  std::optional<std::size_t> rest_in_one() const;
  /// Receives until that much is there.
  task<void> async_gather(std::size_t bytes);
  [[noreturn]] void refuse_size(std::size_t most);
  void release();

  std::shared_ptr<const client_options> options;  // of the client, for whom the connection is kept
  stopwatch time;
  std::unique_ptr<connection> line;  // null once it is left to others, or lost
  std::optional<parser> reply;
  std::size_t body_bytes = 0;
  std::string joined;     // a body that came in pieces
  bool began = false;     // a byte of the reply came
  bool is_shown = false;  // all of the body, where it was received
  bool is_cut = false;    // the server closed before it had all of the request

 private:
  void renew_parser();
  task<void> async_fill(phase at, std::optional<deadlines::time_point> until);
  std::size_t parse(phase at);
  bool cut_off(const boost::system::error_code& ec, unsent& left);
  void check_reply();
  [[noreturn]] void refuse(std::string_view why);
  [[noreturn]] void rethrow(const boost::system::error_code& ec, phase at, bool within);
};

}  // namespace stook::http
