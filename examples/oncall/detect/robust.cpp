#include <oncall/detect/robust.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <limits>
#include <numeric>

#include <boost/sort/spreadsort/integer_sort.hpp>

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

/// As std::nth_element, whose partition mispredicts every other sample of noise: here none of the work on a
/// sample depends on a branch (Lomuto's partition without branches: Edelkamp and Weiss, BlockQuicksort, ACM
/// JEA 2019). The pivot is the median of nine; what does not shrink, such as many equal values, and what is
/// small is left to the library.
void select(std::vector<double>::iterator first, std::vector<double>::iterator nth,
            std::vector<double>::iterator last) {
  constexpr std::ptrdiff_t small = 48;
  while (last - first > small) {
    const std::ptrdiff_t stride = (last - first) / 9;
    std::array<double, 9> sample{};
    for (std::ptrdiff_t i = 0; i < 9; ++i) sample[static_cast<std::size_t>(i)] = first[i * stride];
    std::nth_element(sample.begin(), sample.begin() + 4, sample.end());
    const double pivot = sample[4];
    auto low = first;
    for (auto at = first; at != last; ++at) {
      const double value = *at;
      *at = *low;
      *low = value;
      low += value < pivot ? 1 : 0;
    }
    const auto smaller = low - first;
    const auto shrunk = nth < low ? smaller : (last - first) - smaller;
    if (4 * shrunk > 3 * (last - first)) break;
    (nth < low ? last : first) = low;
  }
  std::nth_element(first, nth, last);
}

/// As std::sort, by the digits of unsigned numbers in the same order. Boost's sorting of doubles subtracts
/// signed ones, which overflows.
void sort_by_bits(std::vector<double>& values) {
  constexpr std::uint64_t sign = std::uint64_t{1} << 63U;
  std::vector<std::uint64_t> keys(values.size());
  std::ranges::transform(values, keys.begin(), [](double v) {
    const auto bits = std::bit_cast<std::uint64_t>(v);
    return (bits & sign) != 0 ? ~bits : bits | sign;
  });
  boost::sort::spreadsort::integer_sort(keys.begin(), keys.end());
  std::ranges::transform(keys, values.begin(), [](std::uint64_t key) {
    return std::bit_cast<double>((key & sign) != 0 ? key & ~sign : ~key);
  });
}

/// The root of the median square, of squares whose smaller ones, more than a half, stand before `cut`.
double median_size(std::vector<double>& squares, std::vector<double>::iterator cut) {
  const auto middle = squares.begin() + static_cast<std::ptrdiff_t>(squares.size() / 2);
  if (middle >= cut) return 0;
  select(squares.begin(), middle, cut);
  if (squares.size() % 2 == 1) return std::sqrt(*middle);
  return (std::sqrt(*middle) + std::sqrt(*std::max_element(squares.begin(), middle))) / 2;
}

}  // namespace

double median_in_place(std::vector<double>& values) {
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  if (values.size() == 3) {
    const auto [low, high] = std::minmax(values[0], values[1]);
    return std::clamp(values[2], low, high);
  }
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  select(values.begin(), middle, values.end());
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
  // The root of a square is its size again, so the median size lies in the part that is sorted out already.
  const double mad = median_size(squares, cut);
  return std::max(
      {mad > 0 ? mad_to_sigma * mad : scale_about_zero(residuals), trimmed, std::min(quantum / 2, whole)});
}

double quantum(std::span<const double> values) {
  std::vector<double> sorted;
  sorted.reserve(values.size());
  std::ranges::copy_if(values, std::back_inserter(sorted), [](double v) { return !std::isnan(v); });
  if (sorted.empty()) return 0;
  sort_by_bits(sorted);
  const double noise = 1e-9 * std::max(std::abs(sorted.front()), std::abs(sorted.back()));
  double least = sorted.back() - sorted.front();
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    const double distance = sorted[i] - sorted[i - 1];
    if (distance > noise) least = std::min(least, distance);
  }
  return least;
}

double variance_inflation(std::span<const double> values, std::span<const double> weights) {
  return memory_of(values, weights).inflation;
}

noise_memory memory_of(std::span<const double> values, std::span<const double> weights) {
  std::vector<double> counted;
  counted.reserve(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (weights[i] > 0) counted.push_back(values[i]);
  }
  const double sigma = scale_about_zero(counted);
  if (sigma <= 0) return {};
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
  return {rho, inflation};
}

}  // namespace stook::sre::robust
