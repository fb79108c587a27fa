#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace stook::http {

/// Where a request goes.
struct url {
  bool tls = true;
  std::string host;  ///< lower case; an IPv6 address without brackets
  std::uint16_t port = 443;
  std::string target = "/";  ///< path and query

  friend bool operator==(const url&, const url&) = default;
};

/// Reads an http or https URL. Throws `error` with code bad_url: without a host, with a user or a password in
/// it, of another scheme, or with a port out of range. A fragment is dropped.
url parse_url(std::string_view text);

/// `path` appended to the target of `base`, with one slash between.
url operator/(const url& base, std::string_view path);

/// "https://host:port", which is safe to show: neither path nor query.
std::string origin(const url& u);

/// The host as the Host header spells it: IPv6 in brackets, the port where it is not the scheme's own.
std::string authority(const url& u);

}  // namespace stook::http
