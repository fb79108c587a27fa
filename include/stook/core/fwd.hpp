#pragma once

// Names of Boost that public headers mention and do not need to know. Boost does not promise these
// declarations; tests/core/fwd_test.cpp compiles this header beside the real ones, so a Boost that changes
// them fails the build of the tests and not the build of a user.

#include <boost/json/fwd.hpp>

#ifdef BOOST_ASIO_USE_TS_EXECUTOR_AS_DEFAULT
#error "stook needs Asio's standard executors: do not define BOOST_ASIO_USE_TS_EXECUTOR_AS_DEFAULT"
#endif

namespace boost::asio {
class any_io_executor;
template <typename T, typename Executor>
class awaitable;
}  // namespace boost::asio

namespace stook {

/// Any JSON value. To look inside, include <boost/json/value.hpp>.
using json = boost::json::value;

/// A coroutine of Asio: what every `async_` function returns. To write or await one, include
/// <boost/asio/awaitable.hpp>; docs/coroutines.md names the shapes that GCC 12 miscompiles.
template <typename T>
using task = boost::asio::awaitable<T, boost::asio::any_io_executor>;

}  // namespace stook
