#include <span>

#include <oncall/eval/world.hpp>

namespace stook::sre::eval {
namespace {

// As programs in use say it. {} is a number.

constexpr std::array pool{
    phrase{"DBConnPoolExhausted", "connection pool exhausted: 50 of 50 in use, {} waiting"},
    phrase{"SQLTransientConnectionException",
           "HikariPool-1 - Connection is not available, request timed out after {}ms"},
    phrase{"POOL_TIMEOUT",
           "QueuePool limit of size 20 overflow 10 reached, connection timed out, timeout {}"},
    phrase{"TooManyConnections", "FATAL: sorry, too many clients already ({} backends)"},
    phrase{"PoolExhausted", "FATAL: remaining connection slots are reserved for superuser, pid {}"},
    phrase{"ER_CON_COUNT_ERROR", "Error 1040: Too many connections, thread {}"},
    phrase{"pool_wait_timeout", "timed out waiting {} ms for a free connection from the pool"},
    phrase{"PoolExhaustedException", "pool is exhausted, borrow timed out after {} ms"},
    phrase{"ConnectionLimit", "sql: database connection limit exceeded, session {}"},
    phrase{"JDBCConnectionException", "Unable to acquire JDBC Connection, waited {} ms"},
};
constexpr std::array locks{
    phrase{"DeadlockDetected", "deadlock detected on relation \"orders\", transaction {} rolled back"},
    phrase{"LockWaitTimeout", "Lock wait timeout exceeded; try restarting transaction {}"},
    phrase{"SerializationFailure", "could not serialize access due to concurrent update, transaction {}"},
    phrase{"ER_LOCK_DEADLOCK", "Deadlock found when trying to get lock; thread {}"},
    phrase{"LockNotAvailable", "canceling statement due to lock timeout after {} ms"},
    phrase{"row_lock_contention", "process {} still waiting for ShareLock on tuple"},
    phrase{"DeadlockVictim", "transaction {} was chosen as a deadlock victim"},
    phrase{"LockRequestTimeout", "lock request time out period exceeded, session {}"},
    phrase{"BlockedQuery", "blocked by pid {} holding RowExclusiveLock"},
};
constexpr std::array leaks{
    phrase{"OutOfMemoryError", "java.lang.OutOfMemoryError: Java heap space, {} MB in use"},
    phrase{"OOMKilled", "container killed: memory limit exceeded at {} MiB"},
    phrase{"ENOSPC", "write failed: No space left on device, segment {}"},
    phrase{"EMFILE", "accept: too many open files, fd {}"},
    phrase{"HeapPressure", "GC overhead limit exceeded, pause {} ms"},
    phrase{"MEMORY_ALLOC_FAILED", "cannot allocate memory for worker {}"},
    phrase{"WorkerKilled", "worker {} exceeded its memory quota and was terminated"},
    phrase{"InodesExhausted", "inode table exhausted on /data, {} free"},
    phrase{"HeapLimit", "reached heap limit, allocation of {} bytes failed"},
};
constexpr std::array changes{
    phrase{"NullPointerException", "NullPointerException: Cannot invoke getTier() on null, order {}"},
    phrase{"TypeError", "TypeError: cannot read property 'discount' of undefined, cart {}"},
    phrase{"UnknownColumn", "ERROR: column \"tier\" does not exist, query {}"},
    phrase{"ConfigInvalid", "invalid configuration: key limits.burst has no value, worker {}"},
    phrase{"DeserializationError", "failed to deserialize response: unknown field \"v2\", call {}"},
    phrase{"panic", "panic: runtime error: index out of range, goroutine {}"},
    phrase{"UnhandledException", "unhandled exception in handler: KeyError 'currency', request {}"},
    phrase{"SchemaMismatch", "schema mismatch: expected version 7, got 8, record {}"},
    phrase{"NameError", "NameError: name 'retries' is not defined, task {}"},
    phrase{"ProtocolError", "proto: wrong wire type for field 7, message {}"},
    phrase{"NoMethodError", "undefined method 'total' for nil, order {}"},
    phrase{"UnsupportedVersion", "unsupported api version v3 from client {}"},
};
constexpr std::array settings{
    phrase{"ConfigInvalid", "invalid configuration: key limits.burst has no value, worker {}"},
    phrase{"ConfigParseError", "failed to parse config: unexpected token at line {}"},
    phrase{"FeatureFlagError", "feature flag new_ranking enabled without its model, request {}"},
    phrase{"MissingSetting", "required setting PAYMENT_REGION is missing, worker {}"},
};
constexpr std::array caches{
    phrase{"CacheMissStorm", "cache miss ratio {} % on keyspace session, falling back to origin"},
    phrase{"CacheStampede", "cache stampede: {} requests rebuild one key"},
    phrase{"CacheCold", "redis: cold cache, key missed, origin read took {} ms"},
    phrase{"EvictionSpike", "memcached evictions: {} items evicted in the last second"},
    phrase{"CacheBypass", "cache warmup incomplete, bypassing cache for {} keys"},
    phrase{"CacheFlushed", "keyspace empty after flush, {} reads from the database"},
};
constexpr std::array surges{
    phrase{"LoadShed", "load shedding: request rejected, queue depth {}"},
    phrase{"QueueFull", "queue is full: {} waiting, request dropped"},
    phrase{"Overloaded", "server overloaded: concurrency limit {} reached"},
    phrase{"TooManyRequests", "429 too many requests, retry after {} s"},
    phrase{"RateLimitExceeded", "rate limit exceeded: {} requests a second"},
    phrase{"AdmissionRejected", "admission control rejected request, {} in flight"},
    phrase{"InFlightLimit", "too many in-flight requests, dropping {}"},
};
constexpr std::array networks{
    phrase{"CertificateExpired", "x509: certificate has expired or is not yet valid, serial {}"},
    phrase{"DNSFailure", "dial tcp: lookup backend: no such host, attempt {}"},
    phrase{"ConnectionRefused", "connect: connection refused, attempt {}"},
    phrase{"TLSHandshakeFailed", "TLS handshake failed with peer, attempt {}"},
    phrase{"EHOSTUNREACH", "no route to host, attempt {}"},
    phrase{"PacketLoss", "packet loss {} % to the next hop"},
    phrase{"DnsServfail", "DNS query SERVFAIL, attempt {}"},
    phrase{"IssuerUnknown", "unable to get local issuer certificate, session {}"},
};
constexpr std::array certificates{
    phrase{"CertificateExpired", "x509: certificate has expired or is not yet valid, serial {}"},
    phrase{"SSLCertVerificationError", "certificate verify failed: certificate has expired, session {}"},
    phrase{"TLSHandshakeFailed", "TLS handshake failed: expired certificate, attempt {}"},
};
constexpr std::array providers{
    phrase{"ProviderError", "payment provider returned 503, attempt {}"},
    phrase{"ThirdPartyTimeout", "third-party api did not answer within {} ms"},
    phrase{"ExternalServiceUnavailable", "external service api.mapvendor.example unavailable, attempt {}"},
    phrase{"AcquirerDown", "acquirer unreachable, transaction {} queued"},
    phrase{"VENDOR_5XX", "vendor api failed with 502, call {}"},
    phrase{"PartnerError", "partner endpoint answered 500, call {}"},
    phrase{"SaaSFailure", "external SaaS returned HTTP 503, call {}"},
};
constexpr std::array symptoms{
    phrase{"UpstreamTimeout", "upstream call timed out after {} ms"},
    phrase{"DeadlineExceeded",
           "rpc error: code = DeadlineExceeded desc = context deadline exceeded, call {}"},
    phrase{"GatewayTimeout", "504 Gateway Timeout after {} ms"},
    phrase{"CircuitOpen", "circuit breaker open, {} calls refused"},
    phrase{"ServiceUnavailable", "503 service unavailable from upstream, request {}"},
    phrase{"ReadTimeout", "read timed out after {} ms"},
};
constexpr std::array everyday{
    phrase{"ValidationFailed", "request refused: field \"amount\" is not a number, request {}"},
    phrase{"Unauthorized", "token of client {} has expired"},
    phrase{"ConnectionReset", "connection reset by peer while reading request {}"},
    phrase{"UpstreamTimeout", "upstream call timed out after {} ms"},
    phrase{"SlowQuery", "slow query: {} ms"},
    phrase{"NotFound", "no such item {}"},
};

phrase draw(std::span<const phrase> from, noise& random) { return from[random.below(from.size())]; }

/// What is logged where nobody thought of a kind: the message has to speak.
constexpr std::array generic_kinds{"RuntimeError", "InternalError", "ERR_500", "Exception", "AppError"};

phrase draw_specific(const fault& of, noise& random) {
  if (of.means == mechanism::bad_change && of.trigger == cause_event::config) return draw(settings, random);
  if (of.means == mechanism::network_fault && !of.ended_by.empty()) return draw(certificates, random);
  switch (of.means) {
    case mechanism::connection_pool_exhaustion:
      return draw(pool, random);
    case mechanism::lock_contention:
      return draw(locks, random);
    case mechanism::resource_leak:
      return draw(leaks, random);
    case mechanism::bad_change:
      return draw(changes, random);
    case mechanism::cache_miss_storm:
      return draw(caches, random);
    case mechanism::traffic_surge:
      return draw(surges, random);
    case mechanism::network_fault:
      return draw(networks, random);
    case mechanism::external_dependency:
      return draw(providers, random);
    case mechanism::upstream_timeout:
    case mechanism::unknown:
      break;
  }
  return draw(symptoms, random);
}

}  // namespace

phrase draw_phrase(const fault& of, noise& random) {
  phrase out = draw_specific(of, random);
  const double draw = random.uniform();
  const char* generic = generic_kinds[random.below(generic_kinds.size())];
  if (draw < 0.2) out.kind = generic;
  return out;
}

phrase draw_symptom(noise& random) { return draw(symptoms, random); }
phrase draw_everyday(noise& random) { return draw(everyday, random); }

}  // namespace stook::sre::eval
