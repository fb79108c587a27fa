#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <stook/models/price_table.hpp>

namespace stook {

/// A key or password. Converts to nothing and prints nowhere: only `reveal` gives the text.
class secret {
 public:
  secret() = default;
  explicit secret(std::string value) : value_(std::move(value)) {}

  bool empty() const { return value_.empty(); }
  /// For the header of a request, and for nothing that is kept or shown.
  const std::string& reveal() const { return value_; }

 private:
  std::string value_;
};

/// The value of an environment variable, without blanks around it. Throws `error` with the code no_api_key if
/// it is not set, empty, or holds what no HTTP header can. Not to be called while another thread changes the
/// environment.
secret api_key_from_environment(const std::string& variable);

/// Where a provider answers, how it is reached, and within what bounds. 0 means "no limit" for a timeout.
struct model_endpoint {
  /// http:// or https://, with the path up to the version: "http://127.0.0.1:8080/v1". Empty: the provider's.
  std::string base_url{};
  /// Empty: none is sent, but by the providers' own addresses, which take the environment's (see each model).
  secret api_key{};

  std::chrono::milliseconds connect_timeout = std::chrono::seconds(10);
  /// Until the first byte of the answer: long prompts take minutes.
  std::chrono::milliseconds first_byte_timeout = std::chrono::seconds(300);
  /// Between two pieces of an answer.
  std::chrono::milliseconds idle_timeout = std::chrono::seconds(60);
  std::chrono::milliseconds total_timeout = std::chrono::seconds(600);
  /// Of one reply. Of a stream it bounds each event, and text, reasoning and arguments together; the stream
  /// itself may have 64 times as many.
  std::size_t max_reply_bytes = std::size_t{16} * 1024 * 1024;

  /// http://host:port; the environment's proxies are not looked at.
  std::optional<std::string> proxy{};
  /// PEM file of the certificate authorities to trust instead of the system's. Certificates are always
  /// checked.
  std::optional<std::string> ca_file{};
  /// Names, "*.name" or CIDR blocks that may be talked to; empty: any.
  std::vector<std::string> allowed_hosts{};
  /// Whether an address of a private network or this machine may be talked to.
  bool allow_private = true;
  /// Added to each request, name and value.
  std::vector<std::pair<std::string, std::string>> headers{};
  /// Text of a JSON object whose members are added to the body of each request, for what only some servers or
  /// models know: R"({"top_p":0.9,"seed":7,"stop":["END"]})". None that stook writes itself.
  std::string extra_body{};

  /// Ask for the answer in pieces, as it is written. Either way both forms of answer are understood.
  bool stream = true;
  /// For requests that do not say; empty: the provider's.
  std::optional<int> max_output_tokens{};
  /// To reckon `usage::cost_usd` by; none: 0.
  std::shared_ptr<const price_table> prices{};
};

}  // namespace stook
