#include <algorithm>
#include <cmath>
#include <iterator>
#include <numbers>

#include <fmt/format.h>

#include <oncall/eval/day.hpp>

namespace stook::sre::eval {
namespace {

/// The tide of the day, about -1 to 1. The awkward one rises steeply, dips at noon, and knows weekends.
double tide(const world& w, std::size_t sample) {
  const double days = static_cast<double>(sample) * w.step_s / 86'400;
  const double angle = 2 * std::numbers::pi * days;
  if (!w.hard) return 0.9 * std::sin(angle - 0.75 * std::numbers::pi) + 0.15 * std::sin(2 * angle + 0.4);
  const double hour = 24 * (days - std::floor(days));
  const double rise = std::tanh((hour - 8) / 1.5) - std::tanh((hour - 21) / 3);
  const double noon = 0.35 * std::exp(-(hour - 12.5) * (hour - 12.5) / 1.2);
  return rise - 1 - noon;
}

/// Noise of variance 1: white, or as real metrics have it, that remembers itself and has heavy tails.
class metric_noise {
 public:
  metric_noise(std::uint64_t seed, std::uint32_t stream, bool hard, int step_s)
      : random_(seed, stream), hard_(hard), memory_(hard ? std::pow(0.6, step_s / 60.0) : 0) {}

  double next() {
    double fresh = random_.normal();
    if (hard_) {  // Student's t with 4 degrees of freedom, scaled to variance 1
      double square = 0;
      for (int i = 0; i < 4; ++i) square += std::pow(random_.normal(), 2);
      fresh = std::clamp(fresh / std::sqrt(square / 4) / std::numbers::sqrt2, -6.0, 6.0);
    }
    last_ = memory_ * last_ + std::sqrt(1 - memory_ * memory_) * fresh;
    return last_;
  }

 private:
  noise random_;
  bool hard_;
  double memory_;
  double last_ = 0;
};

double tide_share(metric_role role) {
  switch (role) {
    case metric_role::throughput:
      return 0.21;
    case metric_role::latency:
    case metric_role::saturation:
      return 0.07;
    case metric_role::errors:
      return 0.18;
    case metric_role::availability:
      return 0;
    case metric_role::unknown:
      return 0.15;
  }
  return 0;
}

/// What the faults add at a sample.
double struck(const world& w, const metric_column& m, std::size_t sample) {
  double out = 0;
  for (const placed_fault& p : w.faults) {
    const double strength = p.strength(sample);
    if (strength <= 0) continue;
    const double reach = p.is->one_region ? 0.6 : 1.0;
    if (p.is->more_traffic && m.role == metric_role::throughput) {
      out += 0.5 * m.usual * strength;
      continue;
    }
    out += reach * strength * (m.strike + m.rise * p.progress(sample));
  }
  return out;
}

double surged(const world& w, const metric_column& m, std::size_t sample) {
  if (sample < w.surge_first || sample >= w.surge_last) return 0;
  const double gone = static_cast<double>(sample - w.surge_first) /
                      static_cast<double>(std::max<std::size_t>(1, w.surge_last - w.surge_first - 1));
  const double swell = std::min(1.0, 4 * std::min(gone + 0.02, 1.02 - gone));
  if (m.role == metric_role::throughput) return 0.6 * m.usual * swell;
  if (m.role == metric_role::latency) return 0.07 * m.usual * swell;
  if (m.name == "active_sessions") return 0.3 * m.usual * swell;
  return 0;
}

double healthy(const world& w, const metric_column& m, std::size_t sample, double random) {
  const double share = m.role == metric_role::unknown ? 0.0 : tide_share(m.role);
  const double level = m.usual * (1 + share * tide(w, sample)) + m.noise * random;
  return std::max(0.0, level + surged(w, m, sample));
}

bool in_gap(const world& w, std::size_t sample) { return sample >= w.gap_first && sample < w.gap_last; }

/// A value that the scrape made up, on a few samples of a day of artefacts; else the value itself.
double with_artefact(const world& w, const metric_column& m, double value, noise& random) {
  if (!w.kind->odd.artefacts) return value;
  const double draw = random.uniform();
  if (draw < 0.0015) return 0;
  if (draw < 0.003) return value * (m.role == metric_role::availability ? 0.2 : 12);
  return value;
}

int decimals(const metric_column& m) { return m.usual < 2 ? 5 : m.usual < 50 ? 2 : 1; }

}  // namespace

std::string metrics_csv(const world& w, truth& answer) {
  std::vector<metric_noise> noises;
  for (std::size_t i = 0; i < w.metrics.size(); ++i)
    noises.emplace_back(w.seed, static_cast<std::uint32_t>(100 + i), w.hard, w.step_s);
  noise artefacts{w.seed, 12};
  noise drops{w.seed, 13};
  std::vector<std::string> rows;
  for (std::size_t sample = 0; sample < w.samples; ++sample) {
    std::string row = to_string(w.time_of(sample));
    double requests = 0;
    for (std::size_t i = 0; i < w.metrics.size(); ++i) {
      const metric_column& m = w.metrics[i];
      const double before = healthy(w, m, sample, noises[i].next());
      const double after = std::max(0.0, before + struck(w, m, sample));
      if (m.role == metric_role::throughput) requests = after * w.step_s;
      if (m.role == metric_role::errors) {
        for (std::size_t k = 0; k < w.faults.size(); ++k) {
          if (w.faults[k].progress(sample) >= 0)
            answer.incidents[k].failed_requests += requests * (after - before);
        }
      }
      fmt::format_to(std::back_inserter(row), ",{:.{}f}", with_artefact(w, m, after, artefacts), decimals(m));
    }
    const bool dropped = drops.uniform() < 0.002;
    if (!in_gap(w, sample) && !dropped) rows.push_back(std::move(row));
  }
  if (w.kind->odd.shuffled) {
    noise order{w.seed, 14};
    for (std::size_t i = rows.size(); i > 1; --i) std::swap(rows[i - 1], rows[order.below(i)]);
  }
  std::string out = "ts";
  for (const metric_column& m : w.metrics) out += "," + m.name;
  out += '\n';
  for (const std::string& row : rows) out += row + '\n';
  return out;
}

}  // namespace stook::sre::eval
