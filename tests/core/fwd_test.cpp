#include <stook/core/fwd.hpp>

// The real declarations beside ours: a Boost that changed one does not compile here.
#include <doctest/doctest.h>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/json/value.hpp>

TEST_CASE("the forward declarations are those of Boost") {
  CHECK(std::is_same_v<stook::task<int>, boost::asio::awaitable<int>>);
  CHECK(std::is_same_v<stook::json, boost::json::value>);
}
