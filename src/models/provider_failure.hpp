#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/fwd.hpp>
#include <stook/chat/model_error.hpp>

namespace stook::models {

/// What a server's refusal said in its headers. Views of them; empty: not sent.
struct refusal_headers {
  std::string_view should_retry{};    ///< x-should-retry
  std::string_view retry_after_ms{};  ///< retry-after-ms
  std::string_view retry_after{};     ///< retry-after
  std::string_view request_id{};      ///< x-request-id or request-id
};

/// How long to wait, from now. Nothing for text that is none of seconds (with a fraction or not), an HTTP
/// date (RFC 9110, the form in use), and for what is in the past. Retry-after-ms goes before.
std::optional<std::chrono::milliseconds> wait_of(const refusal_headers& headers,
                                                 std::chrono::system_clock::time_point now);

/// Of a reply whose status is not 2xx. The texts of the server are cut to 512 bytes and made valid UTF-8.
model_error refusal(int status, std::string_view body, const refusal_headers& headers,
                    std::chrono::system_clock::time_point now);

/// Of the `error` member of a reply or an event that came with status 200.
model_error refusal_in_stream(const boost::json::value& error);

/// model.protocol: an answer that is none. It may be better the next time.
model_error nonsense(std::string what);

/// model.truncated: a stream that ended before its answer did.
model_error truncated();

/// A server's text for an error message: valid UTF-8, without control characters, of 512 bytes at most.
std::string shown(std::string_view server_text);

/// A server may send back what it was sent. To be called before a text is cut: half a key is one as well.
/// Fewer than 4 characters are no key, but what users of local servers write in its place.
std::string with_key_replaced(std::string text, std::string_view key);

/// The error with each of them replaced wherever its texts hold it.
model_error without_secrets(const model_error& e, const std::vector<std::string>& secrets);

}  // namespace stook::models
