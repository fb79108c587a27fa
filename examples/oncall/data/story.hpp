#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include <oncall/data/generate.hpp>

namespace stook::sre::story {

// The day that generate_day tells.

inline constexpr std::size_t samples = 1'440;
inline constexpr std::size_t log_rows = 9'000;
inline constexpr std::size_t incident_first = samples * 62 / 100;           ///< sample 892
inline constexpr std::size_t incident_end = incident_first + samples / 10;  ///< one past sample 1,035

/// Deepest in the call graph last.
inline constexpr std::array<std::string_view, 3> struck_services{"api-gateway", "payments", "db-proxy"};
inline constexpr std::array<std::string_view, 4> struck_kinds{"UpstreamTimeout", "DBConnPoolExhausted",
                                                              "DeadlockDetected", "CacheMissStorm"};

/// How far the incident has gone at a minute of the day: 0 at its first sample, 1 at its last, negative
/// outside of it and on a quiet day.
double progress(const generate_options& options, std::size_t minute);

/// Requests of one path through the services.
struct route {
  std::string_view method, endpoint;
  double share;  ///< of all requests
  std::array<std::string_view, 3> services;
  std::size_t hops;
  bool struck;  ///< reaches the database, so the incident strikes it
};

inline constexpr std::array<route, 5> routes{{
    {"POST", "/api/checkout", 0.30, {"api-gateway", "payments", "db-proxy"}, 3, true},
    {"POST", "/api/refund", 0.08, {"api-gateway", "payments", "db-proxy"}, 3, true},
    {"POST", "/api/login", 0.20, {"api-gateway", "auth"}, 2, false},
    {"GET", "/api/search", 0.22, {"api-gateway", "catalog", "search"}, 3, false},
    {"GET", "/api/products", 0.20, {"api-gateway", "catalog"}, 2, false},
}};

struct generated_logs {
  std::string csv;
  std::map<std::string_view, std::int64_t> error_counts;  ///< WARN and ERROR rows in the incident, by kind
};

std::string metrics_csv(const generate_options& options);
generated_logs logs_csv(const generate_options& options);

}  // namespace stook::sre::story
