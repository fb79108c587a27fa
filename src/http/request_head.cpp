#include "http/request_head.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string_view>

#include <fmt/format.h>
#include <boost/beast/core/string.hpp>
#include <stook/core/error.hpp>

namespace beast = boost::beast;

namespace stook::http {
namespace {

bool is_token(std::string_view text) {
  constexpr std::string_view others = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           others.find(c) != std::string_view::npos;
  });
}

bool is_line(std::string_view text, char lowest) {
  return std::all_of(text.begin(), text.end(),
                     [&](char c) { return (c >= lowest && c != '\x7f') || c == '\t' || c < 0; });
}

// Two of one of these, and a proxy and a server may each believe another one.
constexpr std::array own = {"Host", "Content-Length", "Transfer-Encoding"};

}  // namespace

std::string head_of(const request& r, bool by_proxy) {
  if (!is_token(r.method)) throw error("bad_request", "a request's method is no HTTP token");
  if (!is_line(r.to.target, '!') || r.to.target.find('\t') != std::string::npos) {
    throw error("bad_request", "a request's path holds a blank or a control character: escape it");
  }
  const std::string host = authority(r.to);
  std::string head;
  head.reserve(512);
  const auto add = [&](std::initializer_list<std::string_view> parts) {
    for (const std::string_view part : parts) head += part;
  };
  add({r.method, " "});
  if (by_proxy) add({"http://", host});
  add({r.to.target, " HTTP/1.1\r\nHost: ", host, "\r\n"});
  for (const header& h : r.headers) {
    if (!is_token(h.name)) throw error("bad_request", "a header's name is no HTTP token");
    const beast::string_view name(h.name.data(), h.name.size());
    if (std::any_of(own.begin(), own.end(), [&](const char* o) { return beast::iequals(name, o); })) {
      throw error("bad_request", fmt::format("the header {} is written by the client itself", h.name));
    }
    if (!is_line(h.value, ' ')) {
      throw error("bad_request", fmt::format("the header {} holds a control character", h.name));
    }
    add({h.name, ": ", h.value, "\r\n"});
  }
  add({"Content-Length: ", fmt::format_int(r.body.size()).str(), "\r\n\r\n"});
  return head;
}

}  // namespace stook::http
