#include <oncall/detect/robust.hpp>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <numeric>

namespace stook::sre::robust {
namespace {

constexpr double mad_to_sigma = 1.4826;
constexpr double trimmed_share = 0.75;
constexpr double trimmed_normal = 0.6070;  // root mean square of the smallest 75 % of standard normal values

/// Lag-1 autocorrelation of neighbours that both count, about a mean of zero. What lies beyond four sigma
/// does not: an incident that nobody has masked yet would pass for noise that remembers itself.
double lag_one(std::span<const double> values, std::span<const double> weights, double sigma) {
  const double limit = 4 * sigma;
  double square = 0;
  double product = 0;
  std::size_t squares = 0;
  std::size_t products = 0;
  double previous = 0;
  bool neighbour = false;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double value = values[i];
    if (weights[i] <= 0 || std::abs(value) > limit) {
      neighbour = false;
      continue;
    }
    square += value * value;
    ++squares;
    if (neighbour) {
      product += value * previous;
      ++products;
    }
    previous = value;
    neighbour = true;
  }
  if (products < 8 || square <= 0) return 0;
  return (product / static_cast<double>(products)) / (square / static_cast<double>(squares));
}

}  // namespace

double median_in_place(std::vector<double>& values) {
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  if (values.size() == 3) {
    const auto [low, high] = std::minmax(values[0], values[1]);
    return std::clamp(values[2], low, high);
  }
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

double median(std::span<const double> values) {
  std::vector<double> present;
  present.reserve(values.size());
  std::ranges::copy_if(values, std::back_inserter(present), [](double v) { return !std::isnan(v); });
  return median_in_place(present);
}

double scale_about_zero(std::span<const double> residuals) {
  std::vector<double> sizes;
  sizes.reserve(residuals.size());
  for (double r : residuals) {
    if (!std::isnan(r)) sizes.push_back(std::abs(r));
  }
  if (sizes.empty()) return 0;
  if (const double mad = median_in_place(sizes); mad > 0) return mad_to_sigma * mad;
  double square = 0;
  for (double size : sizes) square += size * size;
  return std::sqrt(square / static_cast<double>(sizes.size()));
}

double noise_scale(std::span<const double> residuals, double quantum) {
  std::vector<double> squares;
  squares.reserve(residuals.size());
  for (double r : residuals) {
    if (!std::isnan(r)) squares.push_back(r * r);
  }
  if (squares.empty()) return 0;
  const auto most =
      std::max<std::size_t>(1, static_cast<std::size_t>(trimmed_share * static_cast<double>(squares.size())));
  const auto cut = squares.begin() + static_cast<std::ptrdiff_t>(most);
  if (cut != squares.end()) std::nth_element(squares.begin(), cut, squares.end());
  const double small = std::accumulate(squares.begin(), cut, 0.0);
  const double all = std::accumulate(cut, squares.end(), small);
  const double trimmed = std::sqrt(small / static_cast<double>(most)) / trimmed_normal;
  const double whole = std::sqrt(all / static_cast<double>(squares.size()));
  return std::max({scale_about_zero(residuals), trimmed, std::min(quantum / 2, whole)});
}

double quantum(std::span<const double> values) {
  std::vector<double> sorted;
  sorted.reserve(values.size());
  std::ranges::copy_if(values, std::back_inserter(sorted), [](double v) { return !std::isnan(v); });
  if (sorted.empty()) return 0;
  std::ranges::sort(sorted);
  const double noise = 1e-9 * std::max(std::abs(sorted.front()), std::abs(sorted.back()));
  double least = sorted.back() - sorted.front();
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    const double distance = sorted[i] - sorted[i - 1];
    if (distance > noise) least = std::min(least, distance);
  }
  return least;
}

double variance_inflation(std::span<const double> values, std::span<const double> weights) {
  std::vector<double> counted;
  counted.reserve(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (weights[i] > 0) counted.push_back(values[i]);
  }
  const double sigma = scale_about_zero(counted);
  if (sigma <= 0) return 1;
  const double rho = std::clamp(lag_one(values, weights, sigma), 0.0, 0.95);
  double inflation = (1 + rho) / (1 - rho);
  std::vector<double> means;
  for (std::size_t length = 8; counted.size() / length >= 24; length *= 2) {
    means.clear();
    for (std::size_t from = 0; from + length <= counted.size(); from += length) {
      double sum = 0;
      for (std::size_t i = from; i < from + length; ++i) sum += std::clamp(counted[i], -4 * sigma, 4 * sigma);
      means.push_back(sum / static_cast<double>(length));
    }
    const double spread = scale_about_zero(means) / sigma;
    inflation = std::max(inflation, spread * spread * static_cast<double>(length));
  }
  return inflation;
}

}  // namespace stook::sre::robust
