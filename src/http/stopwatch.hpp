#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

#include <boost/system/error_code.hpp>

#include "http/client.hpp"

namespace stook::http {

/// What a time that ran out was for: its name in the error.
enum class phase : unsigned char { connect, send, first_byte, idle };

/// The time that one request has. Its clock is the steady one.
class stopwatch {
 public:
  explicit stopwatch(const timeouts& limits);
  /// Until when the next operation of this phase may take; nothing where there is no limit.
  std::optional<std::chrono::steady_clock::time_point> until(phase p) const;
  /// Until when to wait for one of so many addresses that are left: each has its share of the time, so that
  /// one that is silent leaves some to the others.
  std::optional<std::chrono::steady_clock::time_point> until_next_address(std::size_t left) const;
  /// The error for an operation that took longer.
  transport_error overdue(phase p, const url& server, bool answer_began) const;

 private:
  timeouts limits_;
  std::chrono::steady_clock::time_point connect_by_, total_by_;
};

/// Throws what kept a connection to `server` from coming about.
[[noreturn]] void rethrow_connect(const boost::system::error_code& ec, const url& server,
                                  const stopwatch& watch);

}  // namespace stook::http
