#include <oncall/detect/detector.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include <oncall/detect/baseline.hpp>
#include <oncall/detect/evidence.hpp>
#include <oncall/detect/failed_scrapes.hpp>
#include <oncall/detect/grid.hpp>
#include <oncall/detect/hampel.hpp>
#include <oncall/detect/robust.hpp>
#include <oncall/detect/surge_end.hpp>
#include <oncall/detect/suspects.hpp>
#include <stook/core/error.hpp>

namespace stook::sre {
namespace {

using std::chrono::microseconds;

constexpr std::size_t least_samples = 30;
constexpr microseconds least_mask_margin = std::chrono::minutes{10};
constexpr microseconds longest_failed_scrape = std::chrono::minutes{30};
constexpr microseconds most_mask_margin = std::chrono::hours{2};
constexpr double least_mean_alone = 4;
constexpr double least_mean_alone_throughput = 6.5;
/// Latency that rises by no more than this share of the rise in traffic is the price of the traffic.
constexpr double load_share = 0.25;
/// The same of errors and of resources while less than a day is known, when a morning looks like a surge.
constexpr double load_share_of_errors = 0.5;
constexpr double load_share_of_resources = 1.1;
constexpr std::size_t extra_rounds = 4;
constexpr std::size_t most_candidates = 6;
constexpr double hidden_penalty = 0.8;

std::size_t samples_in(microseconds duration, microseconds step) {
  return static_cast<std::size_t>((duration + step / 2) / step);
}

metric_sense sense_of(const metric_series& series, const detector_options& options) {
  const auto hint = std::ranges::find(options.hints, series.name, &metric_hint::metric);
  return hint == options.hints.end() ? infer_sense(series.name) : hint->sense;
}

void check_hints(const metrics_table& table, const detector_options& options) {
  for (const metric_hint& hint : options.hints) {
    if (find_series(table, hint.metric) != nullptr) continue;
    throw error("detector_options",
                fmt::format("a hint names the metric '{}', which the table does not have; "
                            "give the name of one of its {} series",
                            hint.metric, table.series.size()));
  }
}

/// Two samples differ: there is something to learn from the series.
bool varies(const std::vector<double>& values) {
  double first = std::numeric_limits<double>::quiet_NaN();
  for (double v : values) {
    if (std::isnan(v)) continue;
    if (std::isnan(first)) first = v;
    if (v != first) return true;
  }
  return false;
}

std::size_t present(const std::vector<double>& values) {
  return static_cast<std::size_t>(std::ranges::count_if(values, [](double v) { return !std::isnan(v); }));
}

/// One run of the detector over one table.
class investigation {
 public:
  investigation(const metrics_table& table, const detector_options& options)
      : table_(table), options_(options), grid_(lay_on_grid(table)) {
    check_hints(table, options);
    result_.step = grid_.step;
  }

  detection run() {
    if (!prepare()) return std::move(result_);
    search();
    describe();
    return std::move(result_);
  }

 private:
  void note(std::string code, std::string metric, std::string text) {
    result_.notes.push_back({std::move(code), std::move(metric), std::move(text)});
  }

  void drop_failed_scrapes();
  bool moves_with_others(const tracked_metric& metric, std::size_t i, std::size_t half_width) const;
  bool prepare();
  void note_gaps();
  suspect_rules rules() const;
  std::vector<char> mask_of(const std::vector<suspect>& windows) const;
  /// What all metrics say where some samples have no say. `curves` holds a baseline and z for each metric
  /// while they are not in `metrics_`.
  struct weighing {
    std::vector<char> masked;
    joint_evidence joint;
    std::vector<std::pair<std::vector<double>, std::vector<double>>> curves{};
  };
  void weigh(const seasonal_baseline& season, std::vector<char> masked, std::size_t level);
  void trade(weighing& other);
  void search();
  std::vector<suspect> settle(const seasonal_baseline& season);
  void look_again(const seasonal_baseline& season, std::vector<suspect> hidden);
  std::vector<suspect> suspects_now() const;
  void add_single_metric_suspects(std::vector<suspect>& found, suspect_rules rules) const;
  bool explained_by_load(const suspect& s) const;
  std::optional<std::size_t> surge_before(const suspect& s) const;
  bool is_over(const suspect& s) const;
  void describe();
  metric_effect effect_of(const tracked_metric& metric, const suspect& s) const;
  std::string leader(const suspect& s) const;

  const metrics_table& table_;
  const detector_options& options_;
  regular_grid grid_;
  std::vector<tracked_metric> metrics_;
  std::vector<std::vector<std::size_t>> artefacts_;  // samples of each metric that are there and ignored
  weighing now_;                                     // that of the baselines and z in metrics_
  std::vector<suspect> suspects_;
  bool short_baseline_ = false;
  detection result_;
};

void investigation::drop_failed_scrapes() {
  const std::size_t longest = std::max<std::size_t>(5, samples_in(longest_failed_scrape, grid_.step));
  const std::vector<cell_range> failed = find_failed_scrapes(grid_.values, longest);
  if (failed.empty()) return;
  std::size_t dropped = 0;
  for (const cell_range& range : failed) {
    dropped += range.last - range.first;
    for (std::vector<double>& values : grid_.values) {
      std::fill(values.begin() + static_cast<std::ptrdiff_t>(range.first),
                values.begin() + static_cast<std::ptrdiff_t>(range.last),
                std::numeric_limits<double>::quiet_NaN());
    }
  }
  note("artefacts", "",
       fmt::format("{} times every metric reads zero: taken for failed scrapes and ignored, the first at {}",
                   dropped, to_string(grid_.time_of(failed.front().first, table_))));
}

/// A short incident that gets worse from one sample to the next looks like artefacts in each metric, but it
/// is in more than one that users notice.
bool investigation::moves_with_others(const tracked_metric& metric, std::size_t i,
                                      std::size_t half_width) const {
  if (!metric.sense.user_visible() || !is_in_run(metric.values, i, half_width)) return false;
  for (std::size_t s = 0; s < table_.series.size(); ++s) {
    if (s == metric.series || !sense_of(table_.series[s], options_).user_visible()) continue;
    if (is_in_run(grid_.values[s], i, half_width)) return true;
  }
  return false;
}

bool investigation::prepare() {
  if (grid_.size < least_samples || grid_.step.count() <= 0) {
    note("too_little_data", "",
         fmt::format("{} samples: at least {} are needed to tell an incident from noise", table_.ts.size(),
                     least_samples));
    return false;
  }
  drop_failed_scrapes();
  const std::size_t half_width = grid_.step >= std::chrono::minutes{10} ? 1 : 2;
  for (std::size_t s = 0; s < table_.series.size(); ++s) {
    tracked_metric metric{s, sense_of(table_.series[s], options_), 0, grid_.values[s], {}, {}};
    const std::string& name = table_.series[s].name;
    if (const std::size_t count = present(metric.values); count < least_samples) {
      note("too_little_data", name, fmt::format("{} samples of '{}': it is ignored", count, name));
      continue;
    }
    if (!varies(metric.values)) {
      note("constant_metric", name, fmt::format("'{}' never changes: it is ignored", name));
      continue;
    }
    auto artefacts = find_artefacts(metric.values, half_width);
    std::erase_if(artefacts, [&](std::size_t i) { return moves_with_others(metric, i, half_width); });
    if (!artefacts.empty()) {
      note("artefacts", name,
           fmt::format("{} samples of '{}' stand alone far from their neighbours (counter resets, failed "
                       "scrapes) and are ignored, the first at {}",
                       artefacts.size(), name, to_string(grid_.time_of(artefacts.front(), table_))));
      for (std::size_t i : artefacts) metric.values[i] = std::numeric_limits<double>::quiet_NaN();
    }
    if (metric.sense.direction == bad_direction::either) {
      note("unknown_direction", name,
           fmt::format("the name '{}' does not tell which way is bad: both count, at half weight", name));
    }
    metric.quantum = robust::quantum(metric.values);
    metrics_.push_back(std::move(metric));
    artefacts_.push_back(std::move(artefacts));
  }
  grid_.values.clear();
  note_gaps();
  short_baseline_ = grid_.step * static_cast<std::int64_t>(grid_.size) < std::chrono::hours{18};
  if (short_baseline_) {
    note("short_baseline", "", "less than a day of data: the normal daily rise and fall is not known");
  }
  return !metrics_.empty();
}

void investigation::note_gaps() {
  const auto long_gap = std::max<std::size_t>(3, samples_in(std::chrono::minutes{5}, grid_.step));
  std::size_t gap = 0;
  for (std::size_t i = 0; i < grid_.size; ++i) {
    if (grid_.row_of_cell[i] < 0) {
      ++gap;
      continue;
    }
    if (gap >= long_gap) {
      note("gap", "",
           fmt::format("no sample between {} and {}", to_string(grid_.time_of(i - gap - 1, table_)),
                       to_string(grid_.time_of(i, table_))));
    }
    gap = 0;
  }
}

suspect_rules investigation::rules() const {
  const bool coarse = grid_.step >= std::chrono::minutes{10};
  return {.min_samples = std::max<std::size_t>(coarse ? 2 : 3, samples_in(options_.min_duration, grid_.step)),
          .merge_gap = samples_in(options_.merge_gap, grid_.step),
          .need_user_visible = std::ranges::any_of(
              metrics_, [](const tracked_metric& metric) { return metric.sense.user_visible(); })};
}

/// The windows with their shoulders.
std::vector<char> investigation::mask_of(const std::vector<suspect>& windows) const {
  const std::size_t least_margin = std::max<std::size_t>(1, samples_in(least_mask_margin, grid_.step));
  const std::size_t most_margin = std::max(least_margin, samples_in(most_mask_margin, grid_.step));
  std::vector<char> masked(grid_.size, 0);
  for (const suspect& s : windows) {
    const std::size_t shoulder = std::clamp((s.last - s.first) / 4, least_margin, most_margin);
    const std::size_t from = s.first > shoulder ? s.first - shoulder : 0;
    const std::size_t to = std::min(grid_.size, s.last + shoulder);
    std::fill(masked.begin() + static_cast<std::ptrdiff_t>(from),
              masked.begin() + static_cast<std::ptrdiff_t>(to), 1);
  }
  return masked;
}

void investigation::weigh(const seasonal_baseline& season, std::vector<char> masked, std::size_t level) {
  for (tracked_metric& metric : metrics_) {
    const auto fit = [&](const std::vector<char>& left_out) {
      metric.baseline = season.fit(metric.values, left_out, level);
      add_hourly_jobs(metric.baseline, metric.values, left_out, grid_.step);
      score_against_baseline(metric, left_out);
    };
    fit(masked);
    if (metric.sense.role != metric_role::throughput) continue;
    // A surge lifts the baseline around it, and the calm beside it would look like an outage.
    const std::vector<suspect> surges = find_surges(metric, rules());
    if (surges.empty()) continue;
    std::vector<char> left_out = mask_of(surges);
    for (std::size_t i = 0; i < masked.size(); ++i) left_out[i] |= masked[i];
    fit(left_out);
  }
  now_ = {std::move(masked), {}};
  now_.joint = combine(metrics_, now_.masked);
}

/// Takes up another weighing, and puts the present one aside.
void investigation::trade(weighing& other) {
  now_.curves.resize(metrics_.size());
  for (std::size_t i = 0; i < metrics_.size(); ++i) {
    now_.curves[i] = {std::move(metrics_[i].baseline), std::move(metrics_[i].z)};
    if (i < other.curves.size()) std::tie(metrics_[i].baseline, metrics_[i].z) = std::move(other.curves[i]);
  }
  std::swap(now_, other);
}

std::vector<suspect> investigation::suspects_now() const {
  std::vector<suspect> found = find_suspects(now_.joint, metrics_, rules());
  if (metrics_.size() > 1) add_single_metric_suspects(found, rules());
  return found;
}

void investigation::search() {
  const seasonal_baseline season(grid_.origin, grid_.step, grid_.size);
  look_again(season, settle(season));
}

/// Fits, finds and masks in turn until nothing changes. Returns what else the first and coarsest fit, which
/// bends least, makes suspicious.
std::vector<suspect> investigation::settle(const seasonal_baseline& season) {
  std::vector<suspect> hidden;
  const std::size_t rounds = season.levels() + extra_rounds;
  for (std::size_t round = 0; round < rounds; ++round) {
    std::vector<char> masked = mask_of(suspects_);
    // What was weighed in the finest way and with this mask would come out the same.
    if (round >= season.levels() && masked == now_.masked) break;
    weigh(season, std::move(masked), std::min(round, season.levels() - 1));
    if (round == 0) hidden = find_candidates(now_.joint, rules(), most_candidates);
    suspects_ = suspects_now();
  }
  return hidden;
}

bool meet(const suspect& a, const suspect& b) { return a.first < b.last && b.first < a.last; }

bool meets_any(const suspect& s, const std::vector<suspect>& others) {
  return std::ranges::any_of(others, [&](const suspect& other) { return meet(s, other); });
}

/// A weak incident bends the baseline towards itself and makes the noise look long, so that it hides for
/// good. Here each candidate is taken for one and masked; what then stands out plainly was hidden.
void investigation::look_again(const seasonal_baseline& season, std::vector<suspect> hidden) {
  std::erase_if(hidden, [&](const suspect& s) { return meets_any(s, suspects_); });
  if (hidden.empty()) return;
  const std::size_t last_level = season.levels() - 1;
  suspect_rules finer = rules();
  finer.penalty_share = hidden_penalty;
  std::vector<suspect> confirmed = hidden;
  weighing settled;
  trade(settled);
  // Candidates that turn out to be noise take data away from the first fit; the last one is for the traces.
  for (int round = 0; round < 4; ++round) {
    std::vector<suspect> with = suspects_;
    with.insert(with.end(), confirmed.begin(), confirmed.end());
    std::vector<char> masked = mask_of(with);
    if (masked == settled.masked) {
      trade(settled);
    } else {
      weigh(season, std::move(masked), last_level);
    }
    std::vector<suspect> next = find_suspects(now_.joint, metrics_, finer);
    const bool maybe_short = std::ranges::any_of(hidden, [&](const suspect& s) {
      return !meets_any(s, next) && is_short_and_strong(now_.joint, s, finer.penalty_share / 2);
    });
    if (maybe_short) {
      for (const suspect& s : find_short(now_.joint, metrics_, finer)) {
        if (!meets_any(s, next)) next.push_back(s);
      }
      std::ranges::sort(next, {}, &suspect::first);
    }
    std::erase_if(next, [&](const suspect& s) {
      return meets_any(s, suspects_) || !meets_any(s, hidden) || !stands_alone(now_.joint, s) ||
             !has_witnesses(now_.joint, metrics_, s);
    });
    const bool settles = next == confirmed;
    confirmed = std::move(next);
    if (settles) break;
  }
  std::vector<suspect> found = suspects_now();
  std::erase_if(found, [&](const suspect& s) { return !meets_any(s, suspects_); });
  for (const suspect& s : confirmed) {
    if (!meets_any(s, found)) found.push_back(s);
  }
  std::ranges::sort(found, {}, &suspect::first);
  suspects_ = std::move(found);
}

/// Enough samples outside the windows found so far lie high enough for a window of their own: the cheap test
/// before the dear one.
bool stands_out(const tracked_metric& metric, std::span<const suspect> found, const suspect_rules& rules) {
  std::size_t high = 0;
  std::size_t i = 0;
  for (const suspect& s : found) {
    for (; i < s.first; ++i) high += metric.z[i] >= rules.least_mean ? 1 : 0;
    i = s.last;
  }
  for (; i < metric.z.size(); ++i) high += metric.z[i] >= rules.least_mean ? 1 : 0;
  return high >= rules.min_samples;
}

/// One metric far off among many calm ones is diluted in their sum. So each that users notice is also looked
/// at alone, against a higher bar.
void investigation::add_single_metric_suspects(std::vector<suspect>& found, suspect_rules rules) const {
  rules.least_energy = 12 + 6 * std::log(static_cast<double>(metrics_.size()));
  rules.need_user_visible = true;
  for (const tracked_metric& metric : metrics_) {
    if (!metric.sense.user_visible()) continue;
    rules.least_mean =
        metric.sense.role == metric_role::throughput ? least_mean_alone_throughput : least_mean_alone;
    if (!stands_out(metric, found, rules)) continue;
    const std::span<const tracked_metric> alone(&metric, 1);
    for (const suspect& s : find_suspects(combine(alone, now_.masked), alone, rules)) {
      const bool known = std::ranges::any_of(found, [&](const suspect& other) {
        return s.first <= other.last + rules.merge_gap && other.first <= s.last + rules.merge_gap;
      });
      if (!known) found.push_back(s);
    }
  }
  std::ranges::sort(found, {}, &suspect::first);
}

metric_effect investigation::effect_of(const tracked_metric& metric, const suspect& s) const {
  metric_effect effect{table_.series[metric.series].name, metric.sense};
  double worst = -std::numeric_limits<double>::infinity();
  for (std::size_t i = s.first; i < s.last; ++i) {
    const double value = metric.values[i];
    if (std::isnan(value)) continue;
    effect.baseline_mean += metric.baseline[i];
    effect.window_mean += value;
    effect.mean_z += metric.z[i];
    ++effect.samples;
    if (metric.z[i] > worst) {
      worst = metric.z[i];
      effect.peak = value;
      effect.peak_at = grid_.time_of(i, table_);
    }
  }
  if (effect.samples > 0) {
    const auto count = static_cast<double>(effect.samples);
    effect.baseline_mean /= count;
    effect.window_mean /= count;
    effect.mean_z /= count;
  }
  return effect;
}

/// The metric with the earliest three bad samples of five; the stronger of two that move together.
std::string investigation::leader(const suspect& s) const {
  std::string name;
  std::size_t earliest = std::numeric_limits<std::size_t>::max();
  double strongest = 0;
  for (const tracked_metric& metric : metrics_) {
    const double mean_z = effect_of(metric, s).mean_z;
    if (mean_z < 1) continue;
    std::size_t onset = s.last;
    for (std::size_t i = s.first; i < s.last && onset == s.last; ++i) {
      std::size_t bad = 0;
      for (std::size_t j = i; j < std::min(i + 5, s.last); ++j) bad += metric.z[j] >= 2 ? 1 : 0;
      if (bad >= 3 && metric.z[i] >= 2) onset = i;
    }
    if (onset < earliest || (onset == earliest && mean_z > strongest)) {
      name = table_.series[metric.series].name;
      earliest = onset;
      strongest = mean_z;
    }
  }
  return name;
}

/// More traffic and, in proportion, a little more latency, with no error more: a surge that is served. While
/// less than a day is known, the hours of much traffic are not, and in them a little more fails and resources
/// do more.
bool investigation::explained_by_load(const suspect& s) const {
  double traffic = 0, latency = 0, errors = 0, resources = 0;
  for (const tracked_metric& metric : metrics_) {
    const metric_effect effect = effect_of(metric, s);
    if (effect.samples == 0) continue;
    const bool known = effect.baseline_mean > 0;
    const double rise = known ? effect.window_mean / effect.baseline_mean - 1 : 0;
    if (metric.sense.role == metric_role::throughput) {
      if (effect.mean_z <= -2) traffic = std::max(traffic, rise);
    } else if (metric.sense.role == metric_role::latency && known) {
      latency = std::max(latency, rise);
    } else if (effect.mean_z >= 1) {
      if (!short_baseline_ || !known || metric.sense.direction != bad_direction::up) return false;
      double& of = metric.sense.role == metric_role::errors ? errors : resources;
      of = std::max(of, rise);
    }
  }
  return traffic >= 0.15 && latency <= load_share * traffic && errors <= load_share_of_errors * traffic &&
         resources <= load_share_of_resources * traffic;
}

/// Where a surge began whose end looks like an outage, as nothing but traffic went down. Only at the end of
/// the data: what follows shows the level of an ordinary day.
std::optional<std::size_t> investigation::surge_before(const suspect& s) const {
  if (s.last < grid_.size) return std::nullopt;
  std::optional<std::size_t> began;
  for (const tracked_metric& metric : metrics_) {
    if (effect_of(metric, s).mean_z < 1) continue;
    if (metric.sense.role != metric_role::throughput) return std::nullopt;
    const std::size_t width = std::max<std::size_t>(3, samples_in(least_mask_margin, grid_.step));
    const auto at = surge_that_ends(metric.values, s, width);
    if (!at) return std::nullopt;
    began = std::min(*at, began.value_or(*at));
  }
  return began;
}

/// True if a sample after the suspect says that it is over: one of a metric that users notice and that moved,
/// near its baseline again. The last few samples may be bad and yet ignored as artefacts, or less bad than
/// most.
bool investigation::is_over(const suspect& s) const {
  constexpr std::size_t last_few = 5;
  constexpr double moved = 2;  // standard deviations
  if (grid_.size - s.last > last_few) return true;
  bool any_moved = false;
  for (const tracked_metric& metric : metrics_) {
    if (!metric.sense.user_visible() || effect_of(metric, s).mean_z < moved) continue;
    any_moved = true;
    for (std::size_t i = s.last; i < grid_.size; ++i) {
      if (!std::isnan(metric.values[i]) && metric.z[i] < moved) return true;
    }
  }
  return !any_moved;
}

void investigation::describe() {
  for (suspect& s : suspects_) {
    if (s.last < grid_.size && !is_over(s)) s.last = grid_.size;
    if (explained_by_load(s)) {
      note("explained_by_load", "",
           fmt::format(
               "from {} to {} latency rose only as traffic did, and errors did not: a surge, not an incident",
               to_string(grid_.time_of(s.first, table_)), to_string(grid_.time_of(s.last, table_))));
      continue;
    }
    if (const auto began = surge_before(s)) {
      note(
          "explained_by_load", "",
          fmt::format("traffic falls at {} to where it was before it rose at {}, and nothing else got worse: "
                      "the end of a surge, not an incident",
                      to_string(grid_.time_of(s.first, table_)), to_string(grid_.time_of(*began, table_))));
      continue;
    }
    incident_window window;
    window.start = grid_.time_of(s.first, table_);
    window.starts_before_data = s.first == 0;
    window.start_uncertainty =
        grid_.step * static_cast<std::int64_t>(std::max<std::size_t>(1, s.start_slack));
    if (s.last < grid_.size) {
      window.end = grid_.time_of(s.last, table_);
      window.end_uncertainty = grid_.step * static_cast<std::int64_t>(std::max<std::size_t>(1, s.end_slack));
    }
    window.score = s.score;
    window.leading_metric = leader(s);
    std::size_t samples = 0;
    for (const tracked_metric& metric : metrics_) {
      window.effects.push_back(effect_of(metric, s));
      samples += window.effects.back().samples;
    }
    const auto inside = [&](std::size_t i) { return i >= s.first && i < s.last; };
    for (const std::vector<std::size_t>& ignored : artefacts_)
      samples += static_cast<std::size_t>(std::ranges::count_if(ignored, inside));
    for (std::size_t i = s.first; i < s.last; ++i) window.samples += grid_.row_of_cell[i] >= 0 ? 1 : 0;
    window.missing_fraction =
        1 - static_cast<double>(samples) / static_cast<double>((s.last - s.first) * metrics_.size());
    result_.windows.push_back(std::move(window));
  }
  for (const tracked_metric& metric : metrics_) {
    metric_trace trace{table_.series[metric.series].name, {}, {}};
    for (std::uint32_t cell : grid_.cell_of_row) {
      trace.baseline.push_back(metric.baseline[cell]);
      trace.z.push_back(metric.z[cell]);
    }
    result_.traces.push_back(std::move(trace));
  }
}

}  // namespace

detection detect_windows(const metrics_table& table, const detector_options& options) {
  return investigation(table, options).run();
}

}  // namespace stook::sre
