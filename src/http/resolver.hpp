#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/system/error_code.hpp>

#include <stook/core/fwd.hpp>

namespace stook::http {

/// Blocks until the addresses of a host are known. Throws boost::system::system_error where it has none.
/// Called from any thread; must own what it uses, for nobody waits for it to return.
using name_lookup = std::function<std::vector<boost::asio::ip::address>(const std::string& host)>;

/// What became of a name.
struct resolved_name {
  std::vector<boost::asio::ip::address> addresses{};
  boost::system::error_code failed{};
  bool in_time = true;
};

/// Looks a name up, by the system where `lookup` is empty. To be awaited on `strand`. A lookup can neither be
/// ended nor timed, so it runs on one of the few threads that the process keeps for it, and is not waited for
/// any longer once its time is over, the waiting is cancelled or its execution context goes: nothing of the
/// context is held by it, and neither the context's end nor the process's waits. Throws
/// boost::system::system_error (operation_aborted) on cancellation.
task<resolved_name> async_resolve(const boost::asio::any_io_executor& strand, const std::string& host,
                                  const name_lookup& lookup,
                                  std::optional<std::chrono::steady_clock::time_point> until);

}  // namespace stook::http
