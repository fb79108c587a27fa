#include "http/server_addresses.hpp"

#include <utility>

#include <fmt/format.h>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/strand.hpp>

#include "core/run_on.hpp"

namespace asio = boost::asio;

namespace stook::http {
namespace {

// Its timer and the thread that looks up share what they wait for.
task<resolved_name> async_find_name(const asio::any_io_executor& executor, const url& server,
                                    const name_lookup& lookup, const stopwatch& watch) {
  const asio::any_io_executor strand = asio::make_strand(executor);
  auto resolving = async_resolve(strand, server.host, lookup, watch.until(phase::connect));
  auto resolved = detail::run_on(strand, std::move(resolving));
  co_return co_await std::move(resolved);
}

}  // namespace

task<std::vector<asio::ip::tcp::endpoint>> async_addresses(const asio::any_io_executor& executor,
                                                           const url& server, const name_lookup& lookup,
                                                           const stopwatch& watch) {
  boost::system::error_code no_address;
  const auto literal = asio::ip::make_address(server.host, no_address);
  if (!no_address) {
    co_return std::vector<asio::ip::tcp::endpoint>(1, asio::ip::tcp::endpoint(literal, server.port));
  }
  auto finding = async_find_name(executor, server, lookup, watch);
  const resolved_name found = co_await std::move(finding);
  if (!found.in_time) throw watch.overdue(phase::connect, server, false);
  if (found.failed) {
    throw transport_error(
        {"http.connect", fmt::format("the name {} was not resolved: {}", server.host, found.failed.message()),
         "check the name and the network", true},
        false);
  }
  std::vector<asio::ip::tcp::endpoint> out;
  for (const asio::ip::address& one : found.addresses) out.emplace_back(one, server.port);
  co_return out;
}

}  // namespace stook::http
