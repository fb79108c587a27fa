#include <oncall/report/downsample.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace stook::sre::report {
namespace {

/// The four samples of one column.
struct column_samples {
  std::size_t first = 0, lowest = 0, highest = 0, last = 0;

  void flush_into(std::vector<std::size_t>& out) const {
    for (const std::size_t i : {first, std::min(lowest, highest), std::max(lowest, highest), last}) {
      if (out.empty() || out.back() < i) out.push_back(i);
    }
  }
};

}  // namespace

std::vector<std::vector<std::size_t>> samples_to_draw(std::span<const timestamp> ts,
                                                      std::span<const double> values, const time_span& span,
                                                      std::size_t columns, std::chrono::microseconds gap) {
  std::vector<std::vector<std::size_t>> out;
  if (span.end <= span.start) return out;
  const auto from = static_cast<std::size_t>(std::ranges::lower_bound(ts, span.start) - ts.begin());
  const auto to = static_cast<std::size_t>(std::ranges::upper_bound(ts, span.end) - ts.begin());
  // In whole numbers: a sample on the border of two columns falls into the same one on every machine.
  const auto width =
      std::max((span.end - span.start) / static_cast<std::int64_t>(columns), timestamp::duration(1));
  column_samples now;
  std::size_t column = 0;
  bool open = false;  // `now` holds samples
  for (std::size_t i = from; i < to; ++i) {
    if (!std::isfinite(values[i])) continue;
    const auto here = std::min(columns - 1, static_cast<std::size_t>((ts[i] - span.start) / width));
    const bool broken = open && ts[i] - ts[now.last] > gap;
    if (open && (broken || here != column)) now.flush_into(out.back());
    if (!open || broken) out.emplace_back();
    if (!open || broken || here != column) {
      now = {i, i, i, i};
    } else {
      if (values[i] < values[now.lowest]) now.lowest = i;
      if (values[i] > values[now.highest]) now.highest = i;
      now.last = i;
    }
    column = here;
    open = true;
  }
  if (open) now.flush_into(out.back());
  return out;
}

}  // namespace stook::sre::report
