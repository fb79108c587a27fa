#include <oncall/detect/segmentation.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace stook::sre {
namespace {

/// Running sums, so that the cost of a segment around any level is three subtractions.
struct prefix_sums {
  std::vector<double> weight, sum, square;

  prefix_sums(std::span<const double> values, std::span<const double> weights)
      : weight(values.size() + 1), sum(values.size() + 1), square(values.size() + 1) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double w = weights[i];
      const double v = w > 0 ? values[i] : 0;
      weight[i + 1] = weight[i] + w;
      sum[i + 1] = sum[i] + w * v;
      square[i + 1] = square[i] + w * v * v;
    }
  }
};

/// Where one candidate for the latest change is the best: for levels in (the piece before's `upto`, `upto`].
struct piece {
  std::size_t change;
  double upto;
};

/// q(level) = a level^2 - 2 b level + c
struct quadratic {
  double a, b, c;
  double at(double level) const { return (a * level - 2 * b) * level + c; }
};

/// The best cost so far as a function of the level of the running segment: the minimum of one quadratic a
/// candidate, kept as the pieces of the level axis on which each candidate wins.
class level_costs {
 public:
  level_costs(const prefix_sums& sums, double lowest, double highest)
      : sums_(sums), lowest_(lowest), highest_(highest), cost_before_(sums.sum.size()) {}

  /// Lets a segment start at `change`, which costs `entry` in all before its first sample.
  void enter(std::size_t change, double entry) {
    cost_before_[change] = entry;
    if (pieces_.empty()) {
      pieces_.push_back({change, highest_});
      return;
    }
    next_.clear();
    double from = lowest_;
    for (const piece& p : pieces_) {
      keep_where_below(p, from, change, entry);
      from = p.upto;
    }
    pieces_.swap(next_);
  }

  /// The cheapest way to have come to `end`, and the change that begins its last segment.
  std::pair<double, std::size_t> best(std::size_t end) const {
    std::pair<double, std::size_t> best{std::numeric_limits<double>::infinity(), 0};
    double from = lowest_;
    for (const piece& p : pieces_) {
      const quadratic q = cost(p.change, end);
      const double level = q.a > 0 ? std::clamp(q.b / q.a, from, p.upto) : from;
      best = std::min(best, {q.at(level), p.change});
      from = p.upto;
    }
    return best;
  }

  void advance(std::size_t end) { end_ = end; }

 private:
  quadratic cost(std::size_t change, std::size_t end) const {
    return {sums_.weight[end] - sums_.weight[change], sums_.sum[end] - sums_.sum[change],
            sums_.square[end] - sums_.square[change] + cost_before_[change]};
  }

  /// Splits one piece at the levels where its candidate and the new one cost the same.
  void keep_where_below(const piece& p, double from, std::size_t change, double entry) {
    const quadratic q = cost(p.change, end_);
    const double gap = entry - q.c;
    if (q.a <= 0) {
      append({gap < 0 ? change : p.change, p.upto});
      return;
    }
    const double centre = q.b / q.a;
    const double reach = gap / q.a + centre * centre;
    if (reach <= 0) {
      append({change, p.upto});
      return;
    }
    const double half = std::sqrt(reach);
    const double low = std::clamp(centre - half, from, p.upto);
    const double high = std::clamp(centre + half, from, p.upto);
    if (low > from) append({change, low});
    if (high > low) append({p.change, high});
    if (high < p.upto) append({change, p.upto});
  }

  void append(piece p) {
    if (!next_.empty() && next_.back().change == p.change) {
      next_.back().upto = p.upto;
    } else {
      next_.push_back(p);
    }
  }

  const prefix_sums& sums_;
  double lowest_;
  double highest_;
  std::size_t end_ = 0;
  std::vector<double> cost_before_;
  std::vector<piece> pieces_, next_;
};

}  // namespace

std::vector<segment> segment_means(std::span<const double> values, std::span<const double> weights,
                                   double penalty) {
  const std::size_t n = values.size();
  double lowest = std::numeric_limits<double>::infinity();
  double highest = -lowest;
  for (std::size_t i = 0; i < n; ++i) {
    if (weights[i] <= 0) continue;
    lowest = std::min(lowest, values[i]);
    highest = std::max(highest, values[i]);
  }
  std::vector<segment> out;
  if (n == 0) return out;
  if (lowest >= highest) {
    const prefix_sums sums(values, weights);
    out.push_back({0, n, sums.weight[n] > 0 ? lowest : 0, sums.weight[n]});
    return out;
  }

  const prefix_sums sums(values, weights);
  level_costs costs(sums, lowest, highest);
  std::vector<std::size_t> last_change(n + 1, 0);
  double reached = -penalty;
  for (std::size_t i = 0; i < n; ++i) {
    // A segment that begins at a missing sample is the same fit as one that begins after it.
    if (i == 0 || weights[i] > 0) costs.enter(i, reached + penalty);
    costs.advance(i + 1);
    const auto [cost, change] = costs.best(i + 1);
    reached = cost;
    last_change[i + 1] = change;
  }
  for (std::size_t end = n; end > 0; end = last_change[end]) {
    const std::size_t first = last_change[end];
    const double weight = sums.weight[end] - sums.weight[first];
    out.push_back({first, end, weight > 0 ? (sums.sum[end] - sums.sum[first]) / weight : 0, weight});
  }
  std::ranges::reverse(out);
  return out;
}

}  // namespace stook::sre
