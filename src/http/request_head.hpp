#pragma once

#include <string>

#include "http/client.hpp"

namespace stook::http {

/// A request's line and headers, up to the empty line. Nothing of what a caller gives may end a line: throws
/// `error` with code bad_request, as `client::async_send` says.
std::string head_of(const request& r, bool by_proxy);

}  // namespace stook::http
