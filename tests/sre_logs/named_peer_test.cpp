#include <oncall/causes/named_peer.hpp>

#include <doctest/doctest.h>

using namespace stook::sre;

TEST_CASE("a message names what was called in vain") {
  CHECK(named_peer("call to weather feed timed out after <int> ms") == "weather feed");
  CHECK(named_peer("FedEx rates API answered <int> after <int>ms") == "fedex rates api");
  CHECK(named_peer("context deadline exceeded calling db-proxy (<int>ms)") == "db-proxy");
  CHECK(named_peer("could not connect to api.stripe.com: timeout") == "api.stripe.com");
}

TEST_CASE("a part that somebody plays is no name, and neither is a sentence") {
  CHECK(named_peer("call to upstream service timed out") == "");
  CHECK(named_peer("request to <*> failed") == "");
  CHECK(named_peer("connection to the database lost") == "");
  CHECK(named_peer("the pool is exhausted, <int> callers waiting") == "");
  CHECK(named_peer("call to somebody whose name nobody would ever remember timed out") == "");
  CHECK(named_peer("") == "");
}

TEST_CASE("a name is found whole and whatever its case") {
  CHECK(names("waits for DB-Proxy.", "db-proxy"));
  CHECK_FALSE(names("waits for db-proxy", "db"));
  CHECK_FALSE(names("waits for mydb", "db"));
  CHECK_FALSE(names("anything", ""));
}
