#pragma once

#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "http/resolver.hpp"
#include "http/stopwatch.hpp"

namespace stook::http {

/// Where a server is: its address, or those of its name. Throws `transport_error` where there is none in
/// time.
task<std::vector<boost::asio::ip::tcp::endpoint>> async_addresses(
    const boost::asio::any_io_executor& executor, const url& server, const name_lookup& lookup,
    const stopwatch& watch);

}  // namespace stook::http
