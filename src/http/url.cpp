#include "http/url.hpp"

#include <fmt/format.h>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <stook/core/ascii.hpp>
#include <stook/core/error.hpp>

namespace stook::http {
namespace {

[[noreturn]] void refuse(std::string_view why) {
  throw error({"bad_url", fmt::format("an address for requests: {}", why),
               "write it like https://api.example.com/v1 or http://127.0.0.1:8080"});
}

std::string in_url(const std::string& host) {
  return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

std::uint16_t default_port(bool tls) { return tls ? 443 : 80; }

}  // namespace

url parse_url(std::string_view text) {
  const auto parsed = boost::urls::parse_uri(text);
  if (!parsed) refuse("it is not a URL");
  const boost::urls::url_view view = *parsed;
  url out;
  if (view.scheme() != "http" && view.scheme() != "https") refuse("its scheme is neither http nor https");
  out.tls = view.scheme() == "https";
  if (view.has_userinfo()) refuse("it holds a user name or a password: give the key as an option instead");
  out.host = view.host_type() == boost::urls::host_type::ipv6 ? std::string(view.host_address())
                                                              : std::string(view.encoded_host());
  out.host = ascii::to_lower(out.host);
  if (out.host.empty()) refuse("it names no host");
  out.port = default_port(out.tls);
  if (view.has_port()) {
    if (view.port_number() == 0) refuse("its port is not between 1 and 65535");
    out.port = view.port_number();
  }
  out.target = std::string(view.encoded_target());
  if (out.target.empty() || out.target.front() != '/') out.target.insert(0, "/");
  return out;
}

url operator/(const url& base, std::string_view path) {
  url out = base;
  while (!out.target.empty() && out.target.back() == '/') out.target.pop_back();
  if (path.empty() || path.front() != '/') out.target += '/';
  out.target += path;
  return out;
}

std::string origin(const url& u) {
  return fmt::format("{}://{}:{}", u.tls ? "https" : "http", in_url(u.host), u.port);
}

std::string authority(const url& u) {
  return u.port == default_port(u.tls) ? in_url(u.host) : fmt::format("{}:{}", in_url(u.host), u.port);
}

}  // namespace stook::http
