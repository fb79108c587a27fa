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

TEST_CASE("what programs in use say tells its mechanism") {
  struct said {
    stook::sre::mechanism expected;
    const char *kind, *message;
  };
  for (const said& s : std::initializer_list<said>{
           {connection_pool_exhaustion, "", "Timeout waiting for idle object in pool"},
           {resource_leak, "", "epoll_ctl: EMFILE"},
           {resource_leak, "", "journal commit failed: ENOSPC"},
           {resource_leak, "", "fork: retry: Resource temporarily unavailable"},
           {resource_leak, "", "ERROR 1114 (HY000): The table is full"},
           {bad_change, "", "ReferenceError: total is not defined"},
           {bad_change, "", "ClassCastException: String cannot be cast to Integer"},
           {bad_change, "NoMethodError", ""},
           {network_fault, "", "SERVFAIL resolving ledger.internal"},
           {network_fault, "", "remote error: tls: bad certificate"},
           {external_dependency, "", "rate feed (3rd party) did not respond"},
           {connection_pool_exhaustion, "", "pgbouncer: no more connections allowed (max_client_conn)"},
           {connection_pool_exhaustion, "PoolTimeoutError",
            "Knex: Timeout acquiring a connection. The pool is probably full."},
           {connection_pool_exhaustion, "MaxConnectionsReached", "max_connections reached: 200/200"},
           {connection_pool_exhaustion, "", "acquire timed out: 50/50 connections busy"},
           {connection_pool_exhaustion, "JedisConnectionException", "Could not get a resource from the pool"},
           {connection_pool_exhaustion, "ThreadPoolExhausted",
            "worker pool saturated, 200 of 200 threads busy"},
           {lock_contention, "", "deadlock detected"},
           {lock_contention, "", "waiting for AccessExclusiveLock on relation 16423"},
           {lock_contention, "", "could not obtain lock on row in relation \"stock\""},
           {lock_contention, "", "transaction aborted: write conflict, please retry"},
           {resource_leak, "", "Out of memory: Killed process 4312 (java)"},
           {resource_leak, "", "heap usage at 96 percent, full GC every 4 s"},
           {resource_leak, "", "No space left on device"},
           {resource_leak, "", "Too many open files"},
           {resource_leak, "GCOverhead", "GC overhead limit exceeded"},
           {resource_leak, "", "evicted: node was low on resource: memory"},
           {bad_change, "", "undefined is not a function"},
           {bad_change, "", "AttributeError: 'NoneType' object has no attribute 'price'"},
           {bad_change, "", "relation \"orders_v2\" does not exist"},
           {bad_change, "", "invalid configuration value for max_items"},
           {bad_change, "", "missing required environment variable PAY_KEY"},
           {bad_change, "", "IndexOutOfBoundsException: Index 5 out of bounds for length 3"},
           {bad_change, "SerializationError", "cannot deserialize instance of Order"},
           {bad_change, "", "unhandled exception in request handler"},
           {bad_change, "", "segmentation fault (core dumped)"},
           {bad_change, "IllegalArgumentException", "illegal argument: currency"},
           {bad_change, "", "migration 042 failed: column already exists"},
           {cache_miss_storm, "", "cache hit ratio fell to 12 %"},
           {cache_miss_storm, "", "redis: cache miss for 91 % of keys"},
           {cache_miss_storm, "", "cache flushed, warming up from origin"},
           {upstream_timeout, "", "upstream stock did not answer in <duration>"},
           {upstream_timeout, "",
            "HTTPConnectionPool(host=stock, port=80): Read timed out. (read timeout=5)"},
           {upstream_timeout, "ConnectTimeout",
            "HTTPSConnectionPool(host='a'): Max retries exceeded with url: /"},
           {resource_leak, "", "epoll_ctl: EMFILE"},
           {resource_leak, "", "journal commit failed: ENOSPC"},
           {resource_leak, "", "fork: retry: Resource temporarily unavailable"},
           {resource_leak, "", "ERROR 1114 (HY000): The table is full"},
           {bad_change, "", "ReferenceError: total is not defined"},
           {bad_change, "", "ClassCastException: String cannot be cast to Integer"},
           {bad_change, "NoMethodError", ""},
           {network_fault, "", "SERVFAIL resolving ledger.internal"},
           {network_fault, "", "remote error: tls: bad certificate"},
           {external_dependency, "", "rate feed (3rd party) did not respond"},
           {connection_pool_exhaustion, "", "pgbouncer: no more connections allowed (max_client_conn)"},
           {connection_pool_exhaustion, "", "dbpool: wait queue length 7, no handle released in 900 ms"},
           {connection_pool_exhaustion, "", "database/sql: all 40 connections are checked out"},
           {connection_pool_exhaustion, "", "Timeout waiting for idle object, borrowMaxWait=900ms"},
           {traffic_surge, "", "429 Too Many Requests"},
           {traffic_surge, "", "load shedding active"},
           {traffic_surge, "", "concurrency limit reached, dropping request"},
           {traffic_surge, "", "max concurrent requests exceeded"},
           {network_fault, "", "no such host"},
           {network_fault, "", "getaddrinfo ENOTFOUND db.internal"},
           {network_fault, "", "Connection reset by peer"},
           {network_fault, "", "x509: certificate has expired or is not yet valid"},
           {network_fault, "", "no route to host"},
           {network_fault, "", "packet loss 18 % to eu-west-1"},
           {network_fault, "", "remote end closed connection without response"},
           {network_fault, "", "socket hang up"},
           {external_dependency, "", "third party API timed out"},
           {external_dependency, "", "stripe api error: 503"},
           {external_dependency, "", "external API https://api.partner.example returned 502"},
           {external_dependency, "", "SMS gateway vendor unavailable"},
           {upstream_timeout, "", "context deadline exceeded"},
           {upstream_timeout, "", "read timed out"},
           {upstream_timeout, "SocketTimeoutException", "Read timed out"},
           {upstream_timeout, "", "upstream connect error or disconnect/reset before headers"},
           {unknown, "ValidationFailed", "field amount is not a number"},
           {unknown, "Unauthorized", "token has expired"},
           {unknown, "PaymentDeclined", "card declined: insufficient funds"},
           {unknown, "", "user cancelled"}}) {
    CAPTURE(s.message);
    CHECK(mechanism_of(s.kind, s.message) == s.expected);
  }
}

TEST_CASE("a kind that names a symptom only gives way to a message that names the cause") {
  CHECK(mechanism_of("TimeoutError", "QueuePool limit of size <int> reached, connection timed out") ==
        connection_pool_exhaustion);
  CHECK(mechanism_of("UpstreamTimeout", "no answer") == upstream_timeout);
  CHECK(mechanism_of("DeadlockDetected", "no space left on device") == lock_contention);
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
