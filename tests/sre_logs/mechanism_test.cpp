#include <oncall/causes/mechanism.hpp>

#include <string>
#include <utility>

#include <doctest/doctest.h>

using stook::sre::mechanism_of;
using enum stook::sre::mechanism;

TEST_CASE("kinds in every spelling tell their mechanism") {
  for (const auto& [kind, expected] : std::initializer_list<std::pair<const char*, stook::sre::mechanism>>{
           {"DBConnPoolExhausted", connection_pool_exhaustion},
           {"db_conn_pool_exhausted", connection_pool_exhaustion},
           {"HikariPoolTimeout", connection_pool_exhaustion},
           {"TOO_MANY_CONNECTIONS", connection_pool_exhaustion},
           {"DeadlockDetected", lock_contention},
           {"LockWaitTimeout", lock_contention},
           {"OutOfMemoryError", resource_leak},
           {"OOMKilled", resource_leak},
           {"DiskFull", resource_leak},
           {"NullPointerException", bad_change},
           {"ConfigParseError", bad_change},
           {"CacheMissStorm", cache_miss_storm},
           {"RateLimited", traffic_surge},
           {"DNSError", network_fault},
           {"ConnectionReset", network_fault},
           {"ThirdPartyError", external_dependency},
           {"ProviderTimeout", external_dependency},
           {"UpstreamTimeout", upstream_timeout},
           {"DeadlineExceeded", upstream_timeout},
           {"SomethingElse", unknown},
           {"", unknown}}) {
    CAPTURE(kind);
    CHECK(mechanism_of(kind, "") == expected);
  }
}

TEST_CASE("words are compared, not parts of words") {
  CHECK(mechanism_of("FeedbackDisconnected", "") == unknown);
  CHECK(mechanism_of("BlockWaiting", "") == unknown);
  CHECK(mechanism_of("Spool", "the spooler is full") == unknown);
}

TEST_CASE("the message speaks where the kind does not") {
  CHECK(mechanism_of("", "connection pool exhausted: <int> waiting") == connection_pool_exhaustion);
  CHECK(mechanism_of("E1234", "call timed out after <int> ms") == upstream_timeout);
  CHECK(mechanism_of("DeadlockDetected", "connection pool exhausted") == lock_contention);
}

TEST_CASE("any bytes have a mechanism, and the bound on their length holds") {
  CHECK(mechanism_of(std::string(1'000'000, '\xff'), std::string(1'000'000, 'A')) == unknown);
  CHECK(mechanism_of("", std::string(600, ' ') + "deadlock") == unknown);
}

TEST_CASE("causes weigh more than symptoms") {
  CHECK(is_symptom(upstream_timeout));
  CHECK_FALSE(is_symptom(connection_pool_exhaustion));
  CHECK(cause_weight(upstream_timeout) < cause_weight(cache_miss_storm));
  CHECK(cause_weight(unknown) < cause_weight(upstream_timeout));
  CHECK_FALSE(describe(unknown).empty());
}
