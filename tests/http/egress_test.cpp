#include "http/egress.hpp"

#include <doctest/doctest.h>

#include <stook/core/error.hpp>

using namespace stook::http;
using boost::asio::ip::make_address;

TEST_CASE("without rules everything may be asked") {
  CHECK(may_ask({}, "example.com"));
  CHECK(may_connect({}, "example.com", make_address("127.0.0.1")));
}

TEST_CASE("private addresses are refused in every spelling where they are not allowed") {
  const egress_rules rules{.allow_private = false};
  for (const char* a : {"127.0.0.1",
                        "10.1.2.3",
                        "172.31.0.1",
                        "192.168.1.1",
                        "169.254.169.254",
                        "100.64.0.1",
                        "0.0.0.0",
                        "224.0.0.1",
                        "::1",
                        "::",
                        "fe80::1",
                        "fd00::1",
                        "::ffff:127.0.0.1",
                        "::ffff:10.0.0.1",
                        "64:ff9b::7f00:1",
                        "64:ff9b:1::7f00:1",
                        "2002:7f00:1::",
                        "2001::1",
                        "::7f00:1",
                        "::ffff:0:7f00:1",
                        "fec0::1"}) {
    CAPTURE(a);
    CHECK_FALSE(may_connect(rules, "example.com", make_address(a)));
  }
  for (const char* a : {"8.8.8.8", "172.32.0.1", "2001:4860:4860::8888"}) {
    CAPTURE(a);
    CHECK(may_connect(rules, "example.com", make_address(a)));
  }
}

TEST_CASE("names, domains and networks are allowed, and nothing beside them") {
  const egress_rules rules{.allowed = {"api.example.com", "*.trusted.org", "10.0.0.0/8", "fd00::/8"}};
  check_rules(rules);
  CHECK(may_connect(rules, "api.example.com", make_address("1.2.3.4")));
  CHECK(may_connect(rules, "a.trusted.org", make_address("1.2.3.4")));
  CHECK_FALSE(may_connect(rules, "trusted.org", make_address("1.2.3.4")));
  CHECK_FALSE(may_connect(rules, "untrusted.org", make_address("1.2.3.4")));
  CHECK(may_connect({.allowed = {"API.Example.com"}}, "api.example.com", make_address("1.2.3.4")));
  CHECK(may_connect({.allowed = {"*.Example.com"}}, "api.example.com", make_address("1.2.3.4")));
  CHECK(may_connect(rules, "anything", make_address("10.9.8.7")));
  CHECK(may_connect(rules, "anything", make_address("::ffff:10.9.8.7")));
  CHECK(may_connect(rules, "anything", make_address("fd12::1")));
  CHECK_FALSE(may_connect(rules, "anything", make_address("11.0.0.1")));
  const egress_rules only_names{.allowed = {"api.example.com"}};
  CHECK_FALSE(may_ask(only_names, "example.com"));
  CHECK_THROWS_AS(check_rules({.allowed = {"10.0.0.0/99"}}), stook::error);
}
