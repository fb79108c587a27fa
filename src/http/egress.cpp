#include "http/egress.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <boost/algorithm/string/predicate.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include <stook/core/error.hpp>

namespace ip = boost::asio::ip;

namespace stook::http {
namespace {

bool is_network(std::string_view rule) { return rule.find('/') != std::string_view::npos; }

bool contains(const ip::network_v4& net, const ip::address_v4& a) {
  return (a.to_uint() & net.netmask().to_uint()) == net.network().to_uint();
}

bool contains(const ip::network_v6& net, const ip::address_v6& a) {
  const auto wanted = net.address().to_bytes();
  const auto bytes = a.to_bytes();
  for (std::size_t bit = 0; bit < net.prefix_length(); ++bit) {
    const auto mask = static_cast<unsigned char>(0x80U >> (bit % 8));
    if ((wanted[bit / 8] & mask) != (bytes[bit / 8] & mask)) return false;
  }
  return true;
}

// An IPv4 address that is written as IPv6 is the IPv4 address.
ip::address plain(const ip::address& a) {
  if (a.is_v6() && a.to_v6().is_v4_mapped()) return ip::make_address_v4(ip::v4_mapped, a.to_v6());
  return a;
}

bool contains(std::string_view network, const ip::address& a) {
  boost::system::error_code bad;
  if (a.is_v4()) {
    const auto net = ip::make_network_v4(std::string(network), bad);
    return !bad && contains(net.canonical(), a.to_v4());
  }
  const auto net = ip::make_network_v6(std::string(network), bad);
  return !bad && contains(net, a.to_v6());
}

bool is_private(const ip::address& a) {
  static constexpr std::array v4 = {"0.0.0.0/8",      "10.0.0.0/8",    "100.64.0.0/10", "127.0.0.0/8",
                                    "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",  "192.168.0.0/16",
                                    "198.18.0.0/15",  "224.0.0.0/4",   "240.0.0.0/4"};
  // Also those of gateways and tunnels that lead to an IPv4 address within them.
  static constexpr std::array v6 = {"::/96",     "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48",
                                    "2001::/32", "2002::/16",       "fc00::/7",     "fe80::/10",
                                    "fec0::/10", "ff00::/8"};
  const auto holds = [&](const char* network) { return contains(network, a); };
  return a.is_v4() ? std::any_of(v4.begin(), v4.end(), holds) : std::any_of(v6.begin(), v6.end(), holds);
}

bool names(std::string_view rule, std::string_view host) {
  if (!rule.starts_with("*.")) return boost::algorithm::iequals(rule, host);
  const std::string_view suffix = rule.substr(1);
  return host.size() > suffix.size() && boost::algorithm::iends_with(host, suffix);
}

bool is_named(const egress_rules& rules, std::string_view host) {
  return std::any_of(rules.allowed.begin(), rules.allowed.end(),
                     [&](const std::string& rule) { return !is_network(rule) && names(rule, host); });
}

}  // namespace

void check_rules(const egress_rules& rules) {
  for (const std::string& rule : rules.allowed) {
    if (!is_network(rule)) continue;
    boost::system::error_code bad4, bad6;
    ip::make_network_v4(rule, bad4);
    ip::make_network_v6(rule, bad6);
    if (bad4 && bad6) {
      throw error({"bad_egress_rule", fmt::format("\"{}\" is no network", rule),
                   "write a host, *.domain, or a network such as 10.0.0.0/8"});
    }
  }
}

bool may_ask(const egress_rules& rules, std::string_view host) {
  return rules.allowed.empty() || is_named(rules, host) ||
         std::any_of(rules.allowed.begin(), rules.allowed.end(),
                     [](const std::string& rule) { return is_network(rule); });
}

bool may_ask_by_proxy(const egress_rules& rules, std::string_view host) {
  boost::system::error_code no_address;
  const ip::address literal = ip::make_address(std::string(host), no_address);
  if (!no_address) return may_connect(rules, host, literal);
  std::string_view name = host;
  if (name.ends_with('.')) name.remove_suffix(1);
  const std::string_view top = name.substr(name.rfind('.') + 1);
  const bool numeric = !top.empty() && top.front() >= '0' && top.front() <= '9';
  if (!rules.allow_private && (numeric || top == "localhost")) return false;
  return rules.allowed.empty() || is_named(rules, host);
}

bool may_connect(const egress_rules& rules, std::string_view host, const ip::address& to) {
  const ip::address a = plain(to);
  if (!rules.allow_private && is_private(a)) return false;
  return rules.allowed.empty() || is_named(rules, host) ||
         std::any_of(rules.allowed.begin(), rules.allowed.end(),
                     [&](const std::string& rule) { return is_network(rule) && contains(rule, a); });
}

}  // namespace stook::http
