#include "scenarios.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace scenarios {
namespace {

using stook::timestamp;
using stook::sre::metrics_table;

constexpr std::size_t day_samples = 1440;
constexpr double missing = std::numeric_limits<double>::quiet_NaN();

enum : std::size_t { rps, p95, errors };

double wave(double t, double cycles, double phase) {
  return std::sin(2 * std::numbers::pi * (cycles * t + phase));
}

metrics_table empty_table(std::size_t n, std::int64_t step_seconds) {
  metrics_table table;
  const auto origin = stook::parse_timestamp("2026-03-02T00:00:03Z")->value;
  for (std::size_t i = 0; i < n; ++i) {
    table.ts.push_back(origin + std::chrono::seconds{step_seconds * static_cast<std::int64_t>(i)});
  }
  table.series = {{"rps", std::vector<double>(n)},
                  {"p95_ms", std::vector<double>(n)},
                  {"error_rate", std::vector<double>(n)}};
  return table;
}

/// Sinusoids with independent normal noise, as in the day that the seed's notebook makes.
metrics_table plain_day(random& rng) {
  metrics_table table = empty_table(day_samples, 60);
  const double phase = rng.uniform();
  for (std::size_t i = 0; i < day_samples; ++i) {
    const double t = static_cast<double>(i) / day_samples;
    table.series[rps].values[i] = 220 + 45 * wave(t, 1, phase) + 15 * wave(t, 3, phase) + 6 * rng.normal();
    table.series[p95].values[i] = 210 + 22 * wave(t, 2, phase) + 8 * rng.normal();
    table.series[errors].values[i] =
        std::max(0.0005, 0.008 + 0.0015 * wave(t, 1, phase + 0.2) + 0.0008 * rng.normal());
  }
  return table;
}

/// A day that no harmonic series fits: asymmetric, with a dip at lunch; noise that remembers itself, with
/// heavy tails, wider under load; a cron job each hour.
metrics_table hard_day(random& rng) {
  metrics_table table = empty_table(day_samples, 60);
  const auto load_at = [](double hour) {
    const double rise = 1 / (1 + std::exp(-(hour - 7.5) * 1.8));
    const double fall = 1 / (1 + std::exp((hour - 20.5) * 0.7));
    const double lunch = 0.22 * std::exp(-(hour - 12.7) * (hour - 12.7) / 0.5);
    return rise * fall - lunch;
  };
  const std::size_t cron = rng.between(0, 59);
  double noise[3] = {0, 0, 0};
  for (std::size_t i = 0; i < day_samples; ++i) {
    const double load = load_at(static_cast<double>(i) / 60);
    for (double& x : noise) x = 0.6 * x + 0.8 / std::numbers::sqrt2 * rng.student_t4();
    const double width = 0.6 + 0.8 * load;
    const bool blip = i % 60 == cron || i % 60 == (cron + 1) % 60;
    table.series[rps].values[i] = 90 + 190 * load + 7 * width * noise[rps];
    table.series[p95].values[i] = 185 + 45 * load + 8 * width * noise[p95] + (blip ? 20 : 0);
    table.series[errors].values[i] =
        std::max(0.0, 0.006 + 0.003 * load + 0.0008 * width * noise[errors] + (blip ? 0.001 : 0));
  }
  return table;
}

/// Adds `low` at the first sample of [first, last) to `high` at the last.
void add(std::vector<double>& values, std::size_t first, std::size_t last, double low, double high) {
  for (std::size_t i = first; i < std::min(last, values.size()); ++i) {
    const double share =
        last - first > 1 ? static_cast<double>(i - first) / static_cast<double>(last - first - 1) : 1;
    values[i] += low + share * (high - low);
  }
}

void fall(std::vector<double>& values, std::size_t first, std::size_t last, double low, double high) {
  add(values, first, last, -low, -high);
  for (std::size_t i = first; i < std::min(last, values.size()); ++i) values[i] = std::max(0.0, values[i]);
}

void seed_incident(day& d, std::size_t first, std::size_t last, double scale) {
  add(d.table.series[p95].values, first, last, 80 * scale, 520 * scale);
  add(d.table.series[errors].values, first, last, 0.008 * scale, 0.066 * scale);
  fall(d.table.series[rps].values, first, last, 3 * scale, 55 * scale);
  d.incidents.push_back({first, last});
}

/// A level shift of all three metrics; 1 is about ten standard deviations of p95.
void step_incident(day& d, std::size_t first, std::size_t last, double scale) {
  add(d.table.series[p95].values, first, last, 80 * scale, 80 * scale);
  add(d.table.series[errors].values, first, last, 0.008 * scale, 0.008 * scale);
  fall(d.table.series[rps].values, first, last, 40 * scale, 40 * scale);
  d.incidents.push_back({first, last});
}

void drop_rows(metrics_table& table, const std::vector<char>& gone) {
  metrics_table kept;
  kept.series.resize(table.series.size());
  for (std::size_t s = 0; s < table.series.size(); ++s) kept.series[s].name = table.series[s].name;
  for (std::size_t i = 0; i < table.ts.size(); ++i) {
    if (gone[i] != 0) continue;
    kept.ts.push_back(table.ts[i]);
    for (std::size_t s = 0; s < table.series.size(); ++s) {
      kept.series[s].values.push_back(table.series[s].values[i]);
    }
  }
  table = std::move(kept);
}

void reset_counters(metrics_table& table, random& rng) {
  for (int k = 0; k < 6; ++k) {
    const std::size_t i = rng.between(0, day_samples - 1);
    table.series[rps].values[i] = 0;
    table.series[p95].values[i] = k % 2 == 0 ? 0 : 4000;
    table.series[errors].values[i] = k % 2 == 0 ? 0 : 1;
  }
}

}  // namespace

random::random(std::uint64_t seed) {
  for (std::uint64_t& s : state_) {
    seed += 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = seed;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    s = z ^ (z >> 31);
  }
}

std::uint64_t random::next() {
  const auto rotate = [](std::uint64_t x, int k) { return (x << k) | (x >> (64 - k)); };
  const std::uint64_t result = rotate(state_[1] * 5, 7) * 9;
  const std::uint64_t t = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= t;
  state_[3] = rotate(state_[3], 45);
  return result;
}

double random::uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

double random::normal() {
  const double radius = std::sqrt(-2 * std::log(1 - uniform()));
  return radius * std::cos(2 * std::numbers::pi * uniform());
}

double random::student_t4() {
  const double chi =
      -2 * std::log((1 - uniform()) * (1 - uniform()));  // chi squared with 4 degrees of freedom
  return normal() / std::sqrt(chi / 4);
}

std::size_t random::between(std::size_t low, std::size_t high) {
  return low + static_cast<std::size_t>(uniform() * static_cast<double>(high - low + 1));
}

std::vector<double> noise(std::uint64_t seed, std::size_t size, double level) {
  random rng(seed);
  std::vector<double> values(size);
  for (double& v : values) v = level + rng.normal();
  return values;
}

day make(const std::string& kind, std::uint64_t seed, ground ground) {
  random rng(seed * 1'000'003 + 17);
  day d{ground == ground::plain ? plain_day(rng) : hard_day(rng), {}};
  auto& series = d.table.series;
  const auto place = [&](std::size_t length) {
    const std::size_t first = rng.between(90, day_samples - 90 - length);
    return truth{first, first + length};
  };
  if (kind == "seed" || kind == "scaled") {
    seed_incident(d, 892, 1036, kind == "seed" ? 1 : 0.15);
  } else if (kind == "surge") {
    const truth at = place(rng.between(60, 120));
    for (std::size_t i = at.first; i < at.last; ++i) series[rps].values[i] *= 1.6;
    add(series[p95].values, at.first, at.last, 12, 12);
  } else if (kind == "step") {
    const truth at = place(rng.between(20, 60));
    step_incident(d, at.first, at.last, 1);
  } else if (kind == "spike") {
    const truth at = place(rng.between(4, 8));
    step_incident(d, at.first, at.last, 2);
  } else if (kind == "slow_ramp") {
    const truth at = place(rng.between(240, 360));
    add(series[p95].values, at.first, at.last, 0, 150);
    add(series[errors].values, at.first, at.last, 0, 0.02);
    d.incidents.push_back(at);
  } else if (kind == "three") {
    for (std::size_t k = 0; k < 3; ++k) {
      const std::size_t first = 100 + 440 * k + rng.between(0, 250);
      step_incident(d, first, first + rng.between(20, 60), 1);
    }
  } else if (kind == "missing") {
    const truth at = place(rng.between(40, 120));
    step_incident(d, at.first, at.last, 1);
    std::vector<char> gone(day_samples, 0);
    for (char& g : gone) g = rng.uniform() < 0.15 ? 1 : 0;
    const std::size_t gap = (at.last + 200) % (day_samples - 30);
    std::fill_n(gone.begin() + static_cast<std::ptrdiff_t>(gap), 20, 1);
    drop_rows(d.table, gone);
  } else if (kind == "gap_inside") {
    const truth at = place(rng.between(60, 120));
    step_incident(d, at.first, at.last, 1);
    std::vector<char> gone(day_samples, 0);
    std::fill_n(gone.begin() + static_cast<std::ptrdiff_t>(at.first + 15), 20, 1);
    drop_rows(d.table, gone);
  } else if (kind == "resets") {
    const truth at = place(rng.between(40, 120));
    step_incident(d, at.first, at.last, 1);
    reset_counters(d.table, rng);
  } else if (kind == "resets_quiet") {
    reset_counters(d.table, rng);
  } else if (kind == "low_snr") {
    const truth at = place(60);
    add(series[p95].values, at.first, at.last, 20, 20);
    add(series[errors].values, at.first, at.last, 0.002, 0.002);
    fall(series[rps].values, at.first, at.last, 15, 15);
    d.incidents.push_back(at);
  } else if (kind == "ongoing") {
    step_incident(d, day_samples - rng.between(15, 150), day_samples, 1);
  } else if (kind == "starts_inside") {
    step_incident(d, 0, rng.between(15, 120), 1);
  } else if (kind == "retry_storm") {
    const truth at = place(rng.between(40, 90));
    for (std::size_t i = at.first; i < at.last; ++i) series[rps].values[i] *= 1.4;
    add(series[p95].values, at.first, at.last, 20, 20);
    add(series[errors].values, at.first, at.last, 0.005, 0.005);
    d.incidents.push_back(at);
  } else if (kind == "latency_only") {
    const truth at = place(rng.between(30, 90));
    add(series[p95].values, at.first, at.last, 60, 60);
    d.incidents.push_back(at);
  } else if (kind == "errors_only") {
    const truth at = place(rng.between(30, 90));
    add(series[errors].values, at.first, at.last, 0.006, 0.006);
    d.incidents.push_back(at);
  } else if (kind == "outage") {
    const truth at = place(rng.between(20, 60));
    for (std::size_t i = at.first; i < at.last; ++i) series[rps].values[i] *= 0.05;
    d.incidents.push_back(at);
  } else if (kind == "trend_quiet") {
    add(series[p95].values, 0, day_samples, 0, 40);
    add(series[rps].values, 0, day_samples, 0, -40);
  } else if (kind == "walk_quiet" || kind == "walk") {
    double x = 0, y = 0;
    for (std::size_t i = 0; i < day_samples; ++i) {
      x = 0.995 * x + rng.normal();
      y = 0.995 * y + rng.normal();
      series[p95].values[i] += x;
      series[errors].values[i] = std::max(0.0, series[errors].values[i] + 0.0001 * y);
    }
    if (kind == "walk") {
      const truth at = place(rng.between(40, 120));
      step_incident(d, at.first, at.last, 1);
    }
  } else if (kind == "lognormal_quiet" || kind == "lognormal") {
    for (double& v : series[p95].values) v = 200 * std::exp((v - 200) / 200 + 0.15 * rng.normal());
    for (double& v : series[errors].values) {
      double count = 0;
      for (double t = -std::log(1 - rng.uniform()); t < 300 * v; t -= std::log(1 - rng.uniform())) ++count;
      v = count / 300;
    }
    if (kind == "lognormal") {
      const truth at = place(rng.between(40, 120));
      step_incident(d, at.first, at.last, 1);
    }
  } else if (kind == "jobs_quiet") {
    // A job on the hour that takes five minutes, and one at the quarters that takes three.
    for (std::size_t i = 0; i < day_samples; ++i) {
      if (i % 60 < 5) series[p95].values[i] += 60;
      if (i % 15 < 3) series[errors].values[i] += 0.004;
    }
  } else if (kind == "rounded_quiet") {
    for (double& v : series[p95].values) v = 10 * std::round(v / 10);
    for (double& v : series[errors].values) v = std::round(v * 200) / 200;
  } else if (kind == "sparse_errors_quiet" || kind == "sparse_errors") {
    // Twenty requests a minute: most minutes have no error, the others one in twenty.
    for (double& v : series[errors].values) {
      int failed = 0;
      for (int request = 0; request < 20; ++request) failed += rng.uniform() < v ? 1 : 0;
      v = failed / 20.0;
    }
    if (kind == "sparse_errors") {
      const truth at = place(rng.between(30, 90));
      step_incident(d, at.first, at.last, 1);
    }
  } else if (kind == "recovery_tail") {
    const truth at = place(150);
    step_incident(d, at.first, at.first + 60, 1.5);
    d.incidents.clear();
    for (std::size_t i = at.first + 60; i < at.last; ++i) {
      const double left = 1 - static_cast<double>(i - at.first - 60) / 90;
      series[p95].values[i] += 120 * left;
      series[errors].values[i] += 0.012 * left;
    }
    d.incidents.push_back(at);
  } else if (kind == "twelve" || kind == "twelve_quiet") {
    // Nine more metrics that never move: what one incident says must not drown among them.
    for (int k = 0; k < 9; ++k) {
      static constexpr const char* names[] = {"cpu_usage",      "memory_usage",    "p50_ms",
                                              "p99_ms",         "queue_depth",     "gc_pause_ms",
                                              "db_connections", "cache_hit_ratio", "payments_error_rate"};
      std::vector<double> values;
      const double phase = rng.uniform();
      for (std::size_t i = 0; i < day_samples; ++i) {
        values.push_back(100 + 20 * wave(static_cast<double>(i) / day_samples, 1, phase) + 5 * rng.normal());
      }
      series.push_back({names[k], std::move(values)});
    }
    if (kind == "twelve") {
      const truth at = place(rng.between(20, 60));
      add(series[p95].values, at.first, at.last, 60, 60);
      d.incidents.push_back(at);
    }
  }
  return d;
}

day make_sampled(std::uint64_t seed, int step_seconds, int days, int minutes) {
  random rng(seed * 7919 + 3);
  const auto n = static_cast<std::size_t>(86400LL * days / step_seconds);
  day d{empty_table(n, step_seconds), {}};
  const double phase = rng.uniform();
  for (std::size_t i = 0; i < n; ++i) {
    const double t = static_cast<double>(i) * step_seconds / 86400;
    const bool weekend = static_cast<int>(t) % 7 >= 5;
    const double level = days >= 7 && weekend ? 0.7 : 1;
    d.table.series[rps].values[i] = level * (220 + 45 * wave(t, 1, phase)) + 6 * rng.normal();
    d.table.series[p95].values[i] = 210 + level * 22 * wave(t, 2, phase) + 8 * rng.normal();
    d.table.series[errors].values[i] =
        std::max(0.0005, 0.008 + 0.0015 * wave(t, 1, phase + 0.2) + 0.0008 * rng.normal());
  }
  if (minutes > 0) {
    const auto length = static_cast<std::size_t>(minutes * 60 / step_seconds);
    const std::size_t first = rng.between(n / 10, n - n / 10 - length);
    step_incident(d, first, first + length, 1);
  }
  return d;
}

score judge(const day& d, const stook::sre::detection& found) {
  score out;
  out.truths = d.incidents.size();
  out.found = found.windows.size();
  // Days may have lost rows, so truth and windows meet on the clock.
  const auto origin = stook::parse_timestamp("2026-03-02T00:00:03Z")->value;
  const double step = static_cast<double>(found.step.count());
  const double whole = (static_cast<double>((d.table.ts.back() - origin).count()) + step) / step;
  struct span {
    double first, last;
  };
  std::vector<span> windows, truths;
  for (const auto& w : found.windows) {
    windows.push_back({static_cast<double>((w.start - origin).count()) / step,
                       w.end ? static_cast<double>((*w.end - origin).count()) / step : whole});
  }
  for (const truth& t : d.incidents)
    truths.push_back({static_cast<double>(t.first), static_cast<double>(t.last)});
  const auto overlap = [](const span& a, const span& b) {
    return std::max(0.0, std::min(a.last, b.last) - std::max(a.first, b.first));
  };
  double both = 0, total = 0;
  for (const span& w : windows) {
    double touched = 0;
    for (const span& t : truths) touched += overlap(w, t);
    both += touched;
    total += w.last - w.first;
    if (touched <= 0) ++out.false_windows;
  }
  for (const span& t : truths) {
    total += t.last - t.first;
    double best = 0;
    const span* match = nullptr;
    for (const span& w : windows) {
      const double common = overlap(w, t);
      const double iou = common / (w.last - w.first + t.last - t.first - common);
      if (iou > best) {
        best = iou;
        match = &w;
      }
    }
    if (match == nullptr || best < 0.5) continue;
    ++out.matched;
    out.start_error += std::abs(match->first - t.first);
    out.end_error += std::abs(match->last - t.last);
  }
  if (out.matched > 0) {
    out.start_error /= static_cast<double>(out.matched);
    out.end_error /= static_cast<double>(out.matched);
  }
  out.iou = total > 0 ? both / (total - both) : 1;
  return out;
}

}  // namespace scenarios
