#include <algorithm>
#include <cmath>
#include <iterator>
#include <numbers>

#include <fmt/format.h>

#include <oncall/data/noise.hpp>
#include <oncall/data/story.hpp>

namespace stook::sre::story {
namespace {

/// The tide of the day between about -1 and 1, highest in the afternoon.
double tide(std::size_t minute) {
  const double day = 2 * std::numbers::pi * static_cast<double>(minute) / static_cast<double>(samples);
  return 0.9 * std::sin(day - 0.75 * std::numbers::pi) + 0.15 * std::sin(2 * day + 0.4);
}

struct sample {
  double rps, p95_ms, error_rate;
};

sample at(std::size_t minute, double incident, noise& random) {
  const double load = tide(minute);
  sample s{.rps = 420 + 90 * load + 16 * random.normal(),
           .p95_ms = 176 + 12 * load + 7.5 * random.normal(),
           .error_rate = 0.0055 + 0.001 * load + 0.0008 * random.normal()};
  if (incident >= 0) {
    s.rps -= 8 + 112 * incident;
    s.p95_ms += 112 + 425 * incident;
    s.error_rate += 0.018 + 0.05 * incident;
  }
  s.error_rate = std::max(s.error_rate, 0.0);
  return s;
}

}  // namespace

std::string metrics_csv(const generate_options& options) {
  noise random{options.seed, 1};
  std::string out = "ts,rps,p95_ms,error_rate\n";
  for (std::size_t minute = 0; minute < samples; ++minute) {
    const sample s = at(minute, progress(options, minute), random);
    fmt::format_to(std::back_inserter(out), "{},{:.1f},{:.1f},{:.5f}\n",
                   to_string(options.start + std::chrono::minutes{minute}), s.rps, s.p95_ms, s.error_rate);
  }
  return out;
}

}  // namespace stook::sre::story
