#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/ip/address.hpp>

namespace stook::http {

/// Where requests may go.
struct egress_rules {
  /// Hosts, "*.domain" or networks such as "10.0.0.0/8" and "fd00::/8"; empty: any.
  std::vector<std::string> allowed{};
  /// False: no loopback, private, link-local, multicast, unspecified or carrier-grade NAT address, also not
  /// one that a public name resolves to, or one that is mapped into IPv6.
  bool allow_private = true;
};

/// Throws `error` with code bad_egress_rule for a network that cannot be read.
void check_rules(const egress_rules& rules);

/// True if a host may be asked at all: its name is listed, or some network is, so that its addresses decide.
bool may_ask(const egress_rules& rules, std::string_view host);

/// True if a host may be asked by way of a proxy, which resolves names itself: a name must be listed, for a
/// network cannot be checked here, and an address must be one to connect to. Without private addresses,
/// localhost and numbers that some resolvers take for an address ("0x7f.1") are refused too.
bool may_ask_by_proxy(const egress_rules& rules, std::string_view host);

/// True if this address, which `host` resolved to, may be connected to.
bool may_connect(const egress_rules& rules, std::string_view host, const boost::asio::ip::address& to);

}  // namespace stook::http
