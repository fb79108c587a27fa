#pragma once

#include <string_view>

#include <boost/describe/enum.hpp>

namespace stook::sre {

/// How something fails. A closed vocabulary: mitigations are matched by it.
enum class mechanism : unsigned char {
  connection_pool_exhaustion,
  lock_contention,  ///< deadlocks, lock waits, failed serialization
  resource_leak,    ///< memory, disk, threads or file descriptors run out
  bad_change,       ///< a deploy or a configuration that does not work
  cache_miss_storm,
  traffic_surge,        ///< more requests than the service takes: rate limits, full queues, shed load
  network_fault,        ///< names, routes, certificates, refused and reset connections
  external_dependency,  ///< something outside the telemetry
  upstream_timeout,     ///< waits for another service in vain: a symptom more often than a cause
  unknown,
};
BOOST_DESCRIBE_ENUM(mechanism, connection_pool_exhaustion, lock_contention, resource_leak, bad_change,
                    cache_miss_storm, traffic_surge, network_fault, external_dependency, upstream_timeout,
                    unknown)

/// The mechanism that an error kind, or else a message, speaks of. Compares words, not substrings: a word is
/// a run of letters, and an upper-case letter after a lower-case one begins another ("DBConnPoolExhausted" is
/// db, conn, pool, exhausted). The first rule of the table in mechanism.cpp whose words all occur decides,
/// the specific before the general. A kind that no rule knows leaves it to the message, and one that tells of
/// a symptom only does where the message names a cause.
mechanism mechanism_of(std::string_view error_kind, std::string_view message);

/// In words: "the connection pool runs out".
std::string_view describe(mechanism m);

/// How likely a signal of this mechanism tells of a cause and not of a symptom, from 0 to 1. A judgement, not
/// a measurement: time-outs and errors without a name are what callers of a broken service log.
double cause_weight(mechanism m);

/// True for mechanisms that callers of a broken service show as well.
bool is_symptom(mechanism m);

}  // namespace stook::sre
