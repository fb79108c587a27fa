#include <algorithm>
#include <cmath>
#include <iterator>

#include <fmt/format.h>

#include <oncall/data/csv_writer.hpp>
#include <oncall/eval/day.hpp>

namespace stook::sre::eval {
namespace {

constexpr std::array<std::string_view, 3> regions{"eu-west-1", "us-east-1", "ap-south-1"};
constexpr std::array<double, 3> region_shares{0.45, 0.33, 0.22};
constexpr double struck_share = 0.6;  // of the requests that meet a fault of full strength
constexpr double struck_share_of_region = 0.95;

struct line {
  std::int64_t ms = 0;  // since the start, by the true clock
  part who = part::edge;
  std::string_view region, level, endpoint;
  std::string kind, message;
  double latency_ms = 0;
  std::uint64_t trace = 0;
};

std::string fill_in(std::string_view message, noise& random) {
  std::string out(message);
  const auto hole = out.find("{}");
  const std::string number = std::to_string(3 + random.below(9'000));
  return hole == std::string::npos ? out : out.replace(hole, 2, number);
}

std::size_t place(std::span<const double> shares, double draw) {
  for (std::size_t i = 0; i + 1 < shares.size(); ++i) {
    if (draw < shares[i]) return i;
    draw -= shares[i];
  }
  return shares.size() - 1;
}

class teller {
 public:
  explicit teller(const world& w) : w_(w), random_(w.seed, 21), errors_(w.seed, 22) {
    for (const route& r : w.routes) shares_.push_back(r.share);
    for (std::size_t i = 0; i < everyday_.size(); ++i) everyday_[i] = draw_everyday(random_);
  }

  std::vector<line> run() {
    const std::int64_t span = static_cast<std::int64_t>(w_.samples) * w_.step_s * 1'000;
    while (told_ < w_.log_rows) {
      const auto ms = static_cast<std::int64_t>(random_.uniform() * static_cast<double>(span));
      const route& r = w_.routes[place(shares_, random_.uniform())];
      request(ms, r, false);
      surplus(ms, r);
    }
    if (!w_.loud_kind.empty()) be_loud(span);
    std::ranges::stable_sort(lines_, {}, &line::ms);
    return std::move(lines_);
  }

 private:
  std::size_t sample_of(std::int64_t ms) const { return static_cast<std::size_t>(ms / 1'000 / w_.step_s); }

  /// More requests than usual: of a surge, or of the job that takes all connections.
  void surplus(std::int64_t ms, const route& r) {
    const std::size_t sample = sample_of(ms);
    const double draw = errors_.uniform();
    if (sample >= w_.surge_first && sample < w_.surge_last && draw < 0.6) request(ms + 40, r, true);
    for (const placed_fault& p : w_.faults) {
      const double strength = p.strength(sample);
      if (p.is->more_traffic && draw < 0.5 * strength) request(ms + 40, r, true);
      if (p.is->heard_at == p.is->at || r.way[0] != p.is->at) continue;
      for (int i = 0; i < 5; ++i) {
        if (errors_.uniform() < strength) request(ms + 100 * (i + 1), r, true);
      }
    }
  }

  /// The fault that strikes a request on its way, and at which hop it is heard.
  const placed_fault* striking(std::size_t sample, const route& r, std::string_view region, double draw,
                               std::size_t& hop) const {
    for (const placed_fault& p : w_.faults) {
      const double share = p.region.empty() ? struck_share : struck_share_of_region;
      if (draw >= share * p.strength(sample) || p.strength(sample) <= 0) continue;
      if (!p.region.empty() && p.region != region) continue;
      for (hop = 0; hop < r.hops; ++hop) {
        if (r.way[hop] == p.is->heard_at) return &p;
      }
    }
    return nullptr;
  }

  void request(std::int64_t ms, const route& r, bool extra) {
    noise& random = extra ? errors_ : random_;
    const std::string_view region = regions[place(region_shares, random.uniform())];
    const std::uint64_t trace = random.bits();
    const double draw = random.uniform();
    std::array<double, 3> dice{random.uniform(), random.uniform(), random.uniform()};
    std::size_t broken = r.hops;
    const placed_fault* p = striking(sample_of(ms), r, region, draw, broken);
    for (std::size_t hop = 0; hop < r.hops; ++hop) {
      line l{.ms = ms,
             .who = r.way[hop],
             .region = region,
             .level = "INFO",
             .endpoint = r.endpoint,
             .trace = trace};
      l.latency_ms = (95.0 - 28.0 * static_cast<double>(hop)) * std::exp(0.35 * errors_.normal());
      ms += 3 + static_cast<std::int64_t>(errors_.below(30));
      if (!extra) ++told_;
      if (p != nullptr && p->is->silent && hop == broken) break;  // hangs, and says nothing
      if (p != nullptr && hop <= broken) {
        fail(std::move(l), *p, hop == broken);
        continue;
      }
      if (dice[hop] < 0.03) {
        l.level = dice[hop] < 0.02 ? "WARN" : "ERROR";
        const phrase& usual = everyday_[errors_.below(everyday_.size())];
        l.kind = usual.kind;
        l.message = fill_in(usual.message, errors_);
        l.latency_ms *= 2;
      } else {
        l.message = fmt::format("{} ok in {:.0f} ms", r.endpoint, l.latency_ms);
      }
      lines_.push_back(std::move(l));
    }
  }

  void fail(line l, const placed_fault& p, bool own) {
    l.level = errors_.uniform() < 0.3 ? "WARN" : "ERROR";
    l.latency_ms *= 5;
    const int times = own ? 1 : static_cast<int>(p.is->loudness);
    for (int i = 0; i < times; ++i) {
      say(l, p, own);
      lines_.push_back(l);
      l.ms += 15;
    }
  }

  /// Not every line of a broken service says why, and callers pass on what they were told.
  void say(line& l, const placed_fault& p, bool own) {
    const double draw = errors_.uniform();
    if (draw < 0.1) {
      l.kind.clear();
      l.message = fmt::format("{} failed", l.endpoint);
    } else if (draw < (own ? 0.22 : 0.1)) {
      l.kind = p.side_kind;
      l.message = fill_in(p.side_message, errors_);
    } else if (own || (draw < 0.22 && !p.is->silent)) {
      l.kind = p.kind;
      l.message = (own ? "" : "caused by: ") + fill_in(p.message, errors_);
    } else {
      l.kind = p.symptom;
      l.message = fill_in(p.complaint, errors_);
    }
  }

  void be_loud(std::int64_t span) {
    const auto count = static_cast<std::size_t>(0.12 * static_cast<double>(w_.log_rows));
    noise random{w_.seed, 23};
    for (std::size_t i = 0; i < count; ++i) {
      line l{.ms = static_cast<std::int64_t>(random.uniform() * static_cast<double>(span)),
             .who = part::front_c,
             .region = regions[place(region_shares, random.uniform())],
             .level = "ERROR",
             .endpoint = "/v1/list",
             .kind = w_.loud_kind,
             .message = fill_in(w_.loud_message, random),
             .latency_ms = 40,
             .trace = random.bits()};
      lines_.push_back(std::move(l));
    }
  }

  const world& w_;
  noise random_;  // the day, the same with and without a fault
  noise errors_;
  std::vector<double> shares_;
  std::array<phrase, 4> everyday_{};
  std::size_t told_ = 0;
  std::vector<line> lines_;
};

std::string written(timestamp t, int offset_hours) {
  if (offset_hours == 0) return to_string(t);
  std::string local = to_string(t + std::chrono::hours(offset_hours));
  local.pop_back();  // the Z
  return local + fmt::format("{}{:02}:00", offset_hours < 0 ? '-' : '+', std::abs(offset_hours));
}

}  // namespace

std::string logs_csv(const world& w) {
  const std::vector<line> lines = teller(w).run();
  std::vector<std::string> rows;
  rows.reserve(lines.size());
  for (const line& l : lines) {
    if (const auto sample = static_cast<std::size_t>(l.ms / 1'000 / w.step_s);
        sample >= w.gap_first && sample < w.gap_last)
      continue;
    timestamp t = w.start + std::chrono::milliseconds(l.ms);
    if (l.who == w.skewed) t = t + std::chrono::seconds(w.skew_s);
    constexpr std::array zones{0, 2, -5, 9, 0, 1, -8, 0};
    const int zone = w.kind->odd.mixed_zones ? zones[static_cast<std::size_t>(l.who)] : 0;
    std::string row =
        fmt::format("{},{},{},{},{},{},{:.1f},{:016x},", written(t, zone), w.name(l.who), l.region, l.level,
                    w.kind->odd.blank_kinds ? "" : l.kind, l.endpoint, l.latency_ms, l.trace);
    append_csv_field(row, l.message);
    rows.push_back(std::move(row));
  }
  if (w.kind->odd.shuffled) {
    noise order{w.seed, 24};
    for (std::size_t i = rows.size(); i > 1; --i) std::swap(rows[i - 1], rows[order.below(i)]);
  }
  std::string out = "ts,service,region,level,error_kind,endpoint,latency_ms,trace_id,message\n";
  for (const std::string& row : rows) out += row + '\n';
  return out;
}

}  // namespace stook::sre::eval
