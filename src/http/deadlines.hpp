#pragma once

#include <chrono>
#include <mutex>
#include <optional>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/intrusive/list.hpp>

namespace stook::http {

/// Ends what takes too long, for all sockets of an execution context with one timer: it stands at the
/// earliest time that it knows of, and is moved only for an earlier one. Nearly every operation is over long
/// before its time, and setting a timer and taking it back for each costs more than the rest of it. A time
/// may be missed by a millisecond. Thread-safe.
class deadlines final : public boost::asio::execution_context::service {
 public:
  using key_type = deadlines;
  using time_point = std::chrono::steady_clock::time_point;
  static boost::asio::execution_context::id id;

  explicit deadlines(boost::asio::execution_context& owner) : service(owner) {}
  ~deadlines() override = default;

  /// Operations on a socket, one after the other, that together may take until a time. Then the socket is
  /// shut down, so that whatever waits for it ends and whatever begins fails, and good for nothing more. It
  /// may not be opened, closed or destroyed meanwhile.
  class guard : public boost::intrusive::list_base_hook<> {
   public:
    /// Without a time it limits nothing. `executor` is of the service's context.
    guard(deadlines& service, boost::asio::ip::tcp::socket& socket,
          const boost::asio::any_io_executor& executor, std::optional<time_point> until);
    ~guard() { end(); }
    guard(const guard&) = delete;
    guard& operator=(const guard&) = delete;
    /// The operations are over. True if their time was over before.
    bool end();

   private:
    friend class deadlines;
    deadlines* service_;  // null where there is no time, or no longer
    boost::asio::ip::tcp::socket& socket_;
    time_point until_{};
    bool has_expired_ = false;
  };

 private:
  void shutdown() override;
  void begin(guard& one, const boost::asio::any_io_executor& executor);
  void end(guard& one);
  void arm(time_point at);
  void sweep();
  void rest();

  std::mutex mutex_;
  boost::intrusive::list<guard, boost::intrusive::constant_time_size<false>> open_;
  std::optional<boost::asio::steady_timer> timer_;
  std::optional<time_point> armed_for_;
  bool will_rest_ = false;  // `rest` is on its way
  bool is_shut_ = false;
};

}  // namespace stook::http
