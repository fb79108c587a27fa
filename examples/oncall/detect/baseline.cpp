#include <oncall/detect/baseline.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include <oncall/detect/robust.hpp>

namespace stook::sre {
namespace {

constexpr std::size_t fewest_blocks = 512;
constexpr double blocks_per_day = 96;
constexpr double huber_cut = 1.345;
constexpr double tukey_cut = 4.685;
constexpr double ridge_per_square_frequency = 2e-4;

// 1970-01-01 was a Thursday: days since then, modulo 7.
constexpr std::size_t saturday = 2;
constexpr std::size_t sunday = 3;

/// Solves the positive definite system `a x = b` by Cholesky's factors; `a` holds `n` rows of `n` and is
/// spent.
std::vector<double> solve(std::vector<double>& a, std::vector<double> b) {
  const std::size_t n = b.size();
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = a[i * n + j];
      for (std::size_t k = 0; k < j; ++k) sum -= a[i * n + k] * a[j * n + k];
      a[i * n + j] = i == j ? std::sqrt(std::max(sum, 1e-12)) : sum / a[j * n + j];
    }
  }
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < i; ++k) b[i] -= a[i * n + k] * b[k];
    b[i] /= a[i * n + i];
  }
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t k = i + 1; k < n; ++k) b[i] -= a[k * n + i] * b[k];
    b[i] /= a[i * n + i];
  }
  return b;
}

double dot(std::span<const double> a, std::span<const double> b) {
  double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
  std::size_t i = 0;
  for (; i + 4 <= a.size(); i += 4) {
    s0 += a[i] * b[i];
    s1 += a[i + 1] * b[i + 1];
    s2 += a[i + 2] * b[i + 2];
    s3 += a[i + 3] * b[i + 3];
  }
  for (; i < a.size(); ++i) s0 += a[i] * b[i];
  return (s0 + s1) + (s2 + s3);
}

}  // namespace

seasonal_baseline::seasonal_baseline(timestamp origin, std::chrono::microseconds step, std::size_t size)
    : size_(size),
      origin_day_(
          std::chrono::duration<double, std::ratio<86400>>(origin.time_point().time_since_epoch()).count()) {
  const double step_days = std::chrono::duration<double, std::ratio<86400>>(step).count();
  const double span = static_cast<double>(size) * step_days;
  const std::size_t most_blocks =
      std::max(fewest_blocks, static_cast<std::size_t>(std::ceil(span * blocks_per_day)));
  block_ = std::max<std::size_t>(1, (size + most_blocks - 1) / most_blocks);
  blocks_ = (size + block_ - 1) / block_;
  std::vector<double> day(blocks_);
  for (std::size_t i = 0; i < blocks_; ++i) {
    const std::size_t first = i * block_;
    const std::size_t last = std::min(first + block_, size);
    day[i] = static_cast<double>(first + last) / 2 * step_days;
    day_of_block_.push_back(static_cast<std::int64_t>(std::floor(origin_day_ + day[i])));
  }
  if (block_ > 1) place_samples();
  const auto wave = [&](double frequency, bool sine) {
    std::vector<double> column(blocks_);
    for (std::size_t i = 0; i < blocks_; ++i) {
      const double angle = 2 * std::numbers::pi * frequency * day[i];
      column[i] = sine ? std::sin(angle) : std::cos(angle);
    }
    return column;
  };
  const auto add_wave = [&](double frequency) {
    add_column(frequency, wave(frequency, false));
    add_column(frequency, wave(frequency, true));
  };

  add_column(0, std::vector<double>(blocks_, 1.0));
  if (span < 0.75) {
    // Part of a day: half cosines over the span, none with a period under six hours.
    const auto cosines = static_cast<int>(std::floor(span * 8));
    for (int j = 1; j <= cosines; ++j) add_column(j / (2 * span), wave(j / (2 * span), false));
    columns_at_level_.push_back(design_.size());
    return;
  }
  const bool weekly = span >= 6.9;
  if (weekly) add_week(day, wave);
  add_wave(1);
  add_wave(2);
  columns_at_level_.push_back(design_.size());
  // Drift slower than the season: half cosines, one a day of data, or one a week.
  const auto drifts = std::max(1, static_cast<int>(std::floor(span / (weekly ? 7.0 : 1.0) + 0.1)));
  for (int j = 1; j <= drifts; ++j) add_column(j / (2 * span), wave(j / (2 * span), false));
  add_wave(3);
  columns_at_level_.push_back(design_.size());
  const int finest = span > 1.5 ? 6 : 4;
  for (int k = 4; k <= finest; ++k) add_wave(k);
  columns_at_level_.push_back(design_.size());
}

/// Each weekday its own level, the weekend its own daily curve, and waves of the week for what crosses
/// midnight (a weekend in another zone than UTC).
void seasonal_baseline::add_week(std::span<const double> day,
                                 const std::function<std::vector<double>(double, bool)>& wave) {
  std::vector<std::vector<double>> weekday(7, std::vector<double>(blocks_, 0.0));
  std::vector<double> weekend(blocks_, 0.0);
  for (std::size_t i = 0; i < blocks_; ++i) {
    const auto index = static_cast<std::size_t>(std::floor(origin_day_ + day[i])) % 7;
    weekday[index][i] = 1;
    weekend[i] = index == saturday || index == sunday ? 1 : 0;
  }
  for (auto& column : weekday) add_column(1.0 / 7, std::move(column));
  for (int j = 1; j <= 3; ++j) {
    add_column(j / 7.0, wave(j / 7.0, false));
    add_column(j / 7.0, wave(j / 7.0, true));
  }
  for (const double cycles : {1.0, 2.0}) {
    for (const bool sine : {false, true}) {
      std::vector<double> column = wave(cycles, sine);
      for (std::size_t i = 0; i < blocks_; ++i) column[i] *= weekend[i];
      add_column(cycles, std::move(column));
    }
  }
}

void seasonal_baseline::add_column(double cycles_per_day, std::vector<double> column) {
  design_.push_back(std::move(column));
  ridge_.push_back(ridge_per_square_frequency * cycles_per_day * cycles_per_day);
}

std::vector<double> seasonal_baseline::block_medians(std::span<const double> values,
                                                     std::span<const char> masked) const {
  std::vector<double> out(blocks_, std::numeric_limits<double>::quiet_NaN());
  std::vector<double> scratch;
  for (std::size_t b = 0; b < blocks_; ++b) {
    scratch.clear();
    for (std::size_t i = b * block_; i < std::min((b + 1) * block_, size_); ++i) {
      if (!std::isnan(values[i]) && masked[i] == 0) scratch.push_back(values[i]);
    }
    if (scratch.size() == 1) {
      out[b] = scratch.front();
    } else if (!scratch.empty()) {
      out[b] = robust::median_in_place(scratch);
    }
  }
  return out;
}

std::vector<double> seasonal_baseline::between_blocks(std::span<const double> at_blocks) const {
  if (block_ == 1) return {at_blocks.begin(), at_blocks.end()};
  std::vector<double> out(size_);
  for (std::size_t i = 0; i < size_; ++i) {
    const auto [left, share] = places_[i];
    const std::size_t right = std::min<std::size_t>(left + 1, blocks_ - 1);
    out[i] = at_blocks[left] + share * (at_blocks[right] - at_blocks[left]);
  }
  return out;
}

void seasonal_baseline::place_samples() {
  places_.resize(size_);
  for (std::size_t i = 0; i < size_; ++i) {
    const double position =
        (static_cast<double>(i) + 0.5) / static_cast<double>(block_) - 0.5;  // block centres at whole numbers
    const auto left = static_cast<std::size_t>(
        std::clamp(std::floor(position), 0.0, static_cast<double>(blocks_ > 1 ? blocks_ - 2 : 0)));
    const std::size_t right = std::min(left + 1, blocks_ - 1);
    // A weekday's level may jump at midnight, so nothing is drawn across one.
    const bool jumps = day_of_block_[left] != day_of_block_[right];
    places_[i] = {static_cast<std::uint32_t>(jumps ? std::min(i / block_, blocks_ - 1) : left),
                  jumps ? 0 : position - static_cast<double>(left)};
  }
}

std::vector<double> seasonal_baseline::fit(std::span<const double> values, std::span<const char> masked,
                                           std::size_t level) const {
  const std::vector<double> target = block_medians(values, masked);
  const double centre = robust::median(target);
  if (std::isnan(centre)) return std::vector<double>(size_, robust::median(values));

  // Only the rows that have a say, packed, so that the inner loops run over plain arrays.
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < blocks_; ++i) {
    if (!std::isnan(target[i])) rows.push_back(i);
  }
  const std::size_t n = rows.size();
  const std::size_t p = columns_at_level_[level];
  std::vector<double> y(n), columns(p * n);
  for (std::size_t r = 0; r < n; ++r) y[r] = target[rows[r]] - centre;
  for (std::size_t c = 0; c < p; ++c) {
    for (std::size_t r = 0; r < n; ++r) columns[c * n + r] = design_[c][rows[r]];
  }
  const auto column = [&](std::size_t c) { return std::span<const double>(columns).subspan(c * n, n); };

  std::vector<double> curve(n, 0.0), residual(n), weight(n), weighted(n), coefficients(p, 0.0);
  constexpr int huber_rounds = 3;
  constexpr int rounds = 8;
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t r = 0; r < n; ++r) residual[r] = y[r] - curve[r];
    const double sigma = robust::scale_about_zero(residual);
    if (sigma <= 0) break;
    for (std::size_t r = 0; r < n; ++r) {
      const double size = std::abs(residual[r]) / sigma;
      if (round < huber_rounds) {
        weight[r] = size <= huber_cut ? 1 : huber_cut / size;
      } else {
        const double u = size / tukey_cut;
        weight[r] = u < 1 ? (1 - u * u) * (1 - u * u) : 0;
      }
    }
    std::vector<double> normal(p * p), right(p);
    for (std::size_t i = 0; i < p; ++i) {
      const auto left = column(i);
      for (std::size_t r = 0; r < n; ++r) weighted[r] = weight[r] * left[r];
      for (std::size_t j = 0; j <= i; ++j) normal[i * p + j] = dot(weighted, column(j));
      normal[i * p + i] += ridge_[i] * static_cast<double>(n) + 1e-9;
      right[i] = dot(weighted, y);
    }
    std::vector<double> solved = solve(normal, std::move(right));
    double moved = 0;
    for (std::size_t i = 0; i < p; ++i) moved = std::max(moved, std::abs(solved[i] - coefficients[i]));
    coefficients = std::move(solved);
    std::ranges::fill(curve, 0.0);
    for (std::size_t i = 0; i < p; ++i) {
      const auto basis = column(i);
      for (std::size_t r = 0; r < n; ++r) curve[r] += coefficients[i] * basis[r];
    }
    if (round >= huber_rounds && moved < 0.01 * sigma) break;
  }

  std::vector<double> at_blocks(blocks_, centre);
  for (std::size_t i = 0; i < p; ++i) {
    for (std::size_t b = 0; b < blocks_; ++b) at_blocks[b] += coefficients[i] * design_[i][b];
  }
  return between_blocks(at_blocks);
}

void add_hourly_jobs(std::vector<double>& baseline, std::span<const double> values,
                     std::span<const char> masked, std::chrono::microseconds step) {
  constexpr std::chrono::microseconds hour = std::chrono::hours{1};
  constexpr std::size_t fewest_hours = 12;
  constexpr double least_size = 1.5;
  const auto places = static_cast<std::size_t>((hour + step / 2) / step);
  if (places < 6 || values.size() < fewest_hours * places) return;
  if (std::chrono::abs(step * static_cast<std::int64_t>(places) - hour) > hour / 1000) return;

  std::vector<double> residual(values.size(), std::numeric_limits<double>::quiet_NaN());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (masked[i] == 0) residual[i] = values[i] - baseline[i];
  }
  const double least = least_size * robust::scale_about_zero(residual);
  std::vector<double> scratch;
  for (std::size_t place = 0; place < places; ++place) {
    scratch.clear();
    std::size_t high = 0, low = 0;
    for (std::size_t i = place; i < residual.size(); i += places) {
      if (std::isnan(residual[i])) continue;
      scratch.push_back(residual[i]);
      high += residual[i] > least ? 1 : 0;
      low += residual[i] < -least ? 1 : 0;
    }
    // With less than half of them far on one side the median is near, and need not be found.
    if (scratch.size() < fewest_hours / 2 || 2 * std::max(high, low) < scratch.size()) continue;
    const double usual = robust::median_in_place(scratch);
    if (std::abs(usual) <= least) continue;
    for (std::size_t i = place; i < baseline.size(); i += places) baseline[i] += usual;
  }
}

}  // namespace stook::sre
