#pragma once

#include <string_view>

namespace stook::sre {

/// Which way a metric goes when things go wrong.
enum class bad_direction { up, down, either };

/// What a metric measures, as far as its name tells.
enum class metric_role {
  latency,       ///< how long users wait; up is bad
  errors,        ///< what fails; up is bad
  availability,  ///< what succeeds; down is bad
  throughput,    ///< what arrives or is done; down is bad
  saturation,    ///< resources, queues, lag, retries: a cause more often than a symptom; up is bad
  unknown        ///< anything else; either way may be bad
};

/// What a metric's name says about it. Words are split at punctuation and at case changes and compared whole
/// (`p95_ms`, `http.server.duration`, `ErrorRate`): `error latency p9x` and the like are up, `rps throughput
/// requests success availability` and the like are down. A name with words of both, such as `failed_requests`
/// or `request_duration`, is judged by the symptom: errors, then latency, availability, saturation,
/// throughput. Qualifiers that turn the sense are read: `idle`, `free`, `available`, `hit` make a resource's
/// down bad.
struct metric_sense {
  metric_role role = metric_role::unknown;
  bad_direction direction = bad_direction::either;

  /// Latency, errors, availability and throughput: what a user of the service would notice.
  bool user_visible() const { return role != metric_role::saturation && role != metric_role::unknown; }

  friend bool operator==(const metric_sense&, const metric_sense&) = default;
};

metric_sense infer_sense(std::string_view name);

}  // namespace stook::sre
