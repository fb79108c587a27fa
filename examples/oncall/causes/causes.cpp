#include <oncall/causes/causes.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include <oncall/causes/call_graph.hpp>
#include <oncall/causes/wording.hpp>
#include <oncall/logs/clean_text.hpp>

namespace stook::sre {
namespace {

using namespace std::chrono_literals;

constexpr double found_share = 0.4;    // of the excess that the first hypothesis must explain
constexpr double medium_score = 0.45;  // confidence
constexpr double high_score = 0.75;

double minutes_between(timestamp from, timestamp to) {
  return std::chrono::duration<double, std::ratio<60>>(to - from).count();
}

double to_cents(double value) { return std::round(value * 100) / 100; }

/// A signal that stands out, and what follows from it.
struct clue {
  const log_signal* signal = nullptr;
  sre::mechanism mechanism = sre::mechanism::unknown;
  double excess = 0;
  timestamp onset;  // corrected for clock skew
};

/// A hypothesis, and how well the evidence supports it taken alone, from 0 to 1.
struct candidate {
  ranked_cause h;
  double support = 0;
};

class ranking {
 public:
  ranking(const log_scan& scan, std::span<const call_edge> topology, std::span<const change_event> events,
          const cause_options& options)
      : scan_(scan), graph_(topology), events_(events), options_(options) {
    collect_clues();
  }

  cause_report run() {
    cause_report report;
    if (clues_.empty()) {
      report.reason = fmt::format("No error occurs more often than on the rest of the day (lift below {}).",
                                  options_.least_lift);
      return report;
    }
    propose_from_signals();
    propose_from_changes();
    std::ranges::sort(found_, {}, [](const candidate& c) {
      return std::tuple{-c.h.score, c.h.service, static_cast<int>(c.h.mechanism)};
    });
    if (found_.size() > options_.hypotheses) found_.resize(options_.hypotheses);
    for (std::size_t i = 0; i < found_.size(); ++i) {
      ranked_cause& h = found_[i].h;
      h.id = fmt::format("H{}", i + 1);
      h.confidence = judge(i);
      word(h, scan_);
    }
    conclude(report);
    for (candidate& c : found_) {
      c.h.score = to_cents(c.h.score);
      report.hypotheses.push_back(std::move(c.h));
    }
    return report;
  }

 private:
  using cause_key = std::pair<std::string, mechanism>;

  void collect_clues() {
    for (const log_signal& signal : scan_.signals) {
      const auto count = static_cast<double>(signal.count);
      if (signal.lift < options_.least_lift || count < options_.least_count || count <= signal.expected)
        continue;
      clue next{.signal = &signal,
                .mechanism = mechanism_of(signal.kind, signal.message),
                .excess = count - signal.expected,
                .onset = signal.onset};
      for (const clock_skew_row& skew : scan_.clock_skew) {
        if (skew.service != signal.service) continue;
        next.onset = next.onset - std::chrono::microseconds{std::llround(skew.seconds * 1e6)};
      }
      total_excess_ += next.excess;
      clues_.push_back(next);
    }
    if (!clues_.empty()) first_onset_ = std::ranges::min_element(clues_, {}, &clue::onset)->onset;
  }

  /// Onsets closer than this cannot be told apart.
  timestamp::duration onset_tolerance() const {
    return std::max<timestamp::duration>(5min, (scan_.window.to - scan_.window.from) / 20);
  }

  /// The change closest before the onset on that service.
  std::optional<trigger_event> find_trigger(const std::string& service, timestamp onset) const {
    std::optional<trigger_event> found;
    for (const change_event& event : events_) {
      if (event.service != service || event.ts < onset - options_.trigger_reach || event.ts > onset + 2min)
        continue;
      if (found && found->ts > event.ts) continue;
      found = trigger_event{.ts = event.ts,
                            .kind = clean_text(event.kind, 32),
                            .service = clean_text(event.service, 64),
                            .detail = clean_text(event.detail, 120),
                            .minutes_before = to_cents(minutes_between(event.ts, onset))};
    }
    return found;
  }

  bool in_radius(const ranked_cause& h, const std::set<std::string>& callers,
                 const std::set<std::string>& callees, const clue& c) const {
    const std::string& service = c.signal->service;
    if (service == h.service || callers.contains(service)) return true;
    if (h.trigger && callees.contains(service)) return true;
    return graph_.empty() && c.onset >= h.onset - onset_tolerance();
  }

  void measure_radius(ranked_cause& h) const {
    const std::set<std::string> callers = graph_.callers_of(h.service);
    const std::set<std::string> callees = graph_.callees_of(h.service);
    double explained = 0;
    for (const clue& c : clues_) {
      if (in_radius(h, callers, callees, c)) {
        explained += c.excess;
      } else {
        h.unexplained.push_back(c.signal->id);
      }
    }
    h.explains_share = to_cents(explained / total_excess_);
  }

  /// Later than the first sign of trouble by half a window is as good as half.
  double earliness(timestamp onset) const {
    const double late = minutes_between(first_onset_ + onset_tolerance(), onset);
    const double window = minutes_between(scan_.window.from, scan_.window.to);
    return late <= 0 ? 1.0 : std::exp2(-2 * late / std::max(window, 1.0));
  }

  /// 1.6 for a change just before the onset, 1 for one at the edge of reach.
  double trigger_factor(const ranked_cause& h) const {
    if (!h.trigger) return 1;
    const double reach = static_cast<double>(options_.trigger_reach.count());
    return 1 + 0.6 * (1 - std::clamp(h.trigger->minutes_before / std::max(reach, 1.0), 0.0, 1.0));
  }

  void propose_from_signals() {
    std::map<cause_key, std::vector<const clue*>> groups;
    std::map<std::string, double> excess_of_service;
    for (const clue& c : clues_) {
      groups[{c.signal->service, c.mechanism}].push_back(&c);
      excess_of_service[c.signal->service] += c.excess;
    }
    for (const auto& [key, clues] : groups) {
      ranked_cause h{.service = key.first, .mechanism = key.second};
      double excess = 0;
      double lift = 0;
      h.onset = clues.front()->onset;
      for (const clue* c : clues) {
        h.evidence.push_back(c->signal->id);
        h.onset = std::min(h.onset, c->onset);
        excess += c->excess;
        lift = std::max(lift, c->signal->lift);
      }
      h.trigger = find_trigger(h.service, h.onset);
      if (h.trigger && is_symptom(h.mechanism)) h.mechanism = mechanism::bad_change;
      if (calls_into_the_dark(h)) h.mechanism = mechanism::external_dependency;
      measure_radius(h);
      const double own_share = excess / excess_of_service[h.service];
      const double clarity = lift / (lift + 6);
      // A cause that is taken from a time-out alone keeps the time-out's weight.
      const double weight = h.trigger ? cause_weight(h.mechanism) : cause_weight(key.second);
      h.score = weight * clarity * std::sqrt(own_share) * (0.35 + 0.65 * h.explains_share) *
                earliness(h.onset) * trigger_factor(h);
      const double support = weight * clarity * h.explains_share;
      found_.push_back({.h = std::move(h), .support = support});
    }
  }

  /// A time-out of a service that calls nothing we know of: what it waits for is outside the telemetry.
  bool calls_into_the_dark(const ranked_cause& h) const {
    return h.mechanism == mechanism::upstream_timeout && graph_.knows(h.service) &&
           graph_.callees_of(h.service).empty();
  }

  /// A change on a service that logs nothing unusual can still break those that call it.
  void propose_from_changes() {
    std::set<std::string> seen;
    for (const clue& c : clues_) seen.insert(c.signal->service);
    std::set<std::string> silent;
    for (const change_event& event : events_) {
      if (!event.service.empty() && !seen.contains(event.service) && graph_.knows(event.service))
        silent.insert(event.service);
    }
    for (const std::string& service : silent) {
      ranked_cause h{.service = service, .mechanism = mechanism::bad_change};
      h.onset = first_onset_;
      h.trigger = find_trigger(service, h.onset);
      if (!h.trigger) continue;
      measure_radius(h);
      if (h.explains_share <= 0) continue;
      for (const clue& c : clues_) {
        if (std::ranges::find(h.unexplained, c.signal->id) == h.unexplained.end())
          h.evidence.push_back(c.signal->id);
      }
      constexpr double without_signals = 0.4;
      h.score = without_signals * (0.35 + 0.65 * h.explains_share) * trigger_factor(h);
      const double support = without_signals * h.explains_share;
      found_.push_back({.h = std::move(h), .support = support});
    }
  }

  cause_confidence judge(std::size_t rank) const {
    const ranked_cause& h = found_[rank].h;
    const double rival = found_.size() > 1 ? found_[rank == 0 ? 1 : 0].h.score : 0;
    const double margin = h.score > 0 ? std::clamp(1 - rival / h.score, 0.0, 1.0) : 0;
    const bool early = h.onset <= first_onset_ + onset_tolerance();
    cause_confidence out;
    out.score = 0.5 * found_[rank].support + 0.2 * margin + (early ? 0.15 : 0.0) + (h.trigger ? 0.15 : 0.0);
    out.basis.push_back(
        fmt::format("{:.0f} % of the excess errors are in its blast radius", 100 * h.explains_share));
    if (rank == 0 && margin >= 0.2) out.basis.push_back("clearly ahead of the next hypothesis");
    if (early) out.basis.push_back("its signs are among the first");
    if (h.trigger)
      out.basis.push_back(fmt::format("{} on {} {:.0f} min before the onset", h.trigger->kind, h.service,
                                      h.trigger->minutes_before));

    const auto cap = [&](double most, std::string why) {
      out.score = std::min(out.score, most);
      out.capped_by.push_back(std::move(why));
    };
    if (!h.trigger) cap(high_score - 0.01, "no change precedes the onset: at most medium");
    if (h.mechanism == mechanism::external_dependency)
      cap(medium_score - 0.01, "the cause lies outside the telemetry: at most low");
    if (options_.missing_share > 0.2)
      cap(medium_score - 0.01, "more than a fifth of the window is missing: at most low");
    if (scan_.quiet_hours <= 0) cap(medium_score - 0.01, "no quiet part to compare with: at most low");
    out.score = to_cents(out.score);
    out.level = out.score >= high_score     ? cause_confidence_level::high
                : out.score >= medium_score ? cause_confidence_level::medium
                                            : cause_confidence_level::low;
    return out;
  }

  void conclude(cause_report& report) const {
    const ranked_cause& first = found_.front().h;
    if (first.explains_share < found_share) {
      report.outcome = cause_outcome::inconclusive;
      report.reason =
          fmt::format("The best hypothesis explains {:.0f} % of the excess errors; {:.0f} % are needed.",
                      100 * first.explains_share, 100 * found_share);
      return;
    }
    report.outcome = cause_outcome::found;
    report.reason =
        fmt::format("{} explains {:.0f} % of the excess errors.", first.id, 100 * first.explains_share);
  }

  const log_scan& scan_;
  call_graph graph_;
  std::span<const change_event> events_;
  const cause_options& options_;
  std::vector<clue> clues_;
  double total_excess_ = 0;
  timestamp first_onset_;
  std::vector<candidate> found_;
};

}  // namespace

cause_report rank_causes(const log_scan& scan, std::span<const call_edge> topology,
                         std::span<const change_event> events, const cause_options& options) {
  return ranking{scan, topology, events, options}.run();
}

}  // namespace stook::sre
