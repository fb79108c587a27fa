#include <oncall/causes/causes.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include <oncall/causes/call_graph.hpp>
#include <oncall/causes/change_topic.hpp>
#include <oncall/causes/named_peer.hpp>
#include <oncall/causes/wording.hpp>
#include <oncall/data/csv_reader.hpp>
#include <oncall/logs/poisson.hpp>
#include <oncall/screen/clean_text.hpp>
#include <stook/core/ascii.hpp>

namespace stook::sre {
namespace {

using namespace std::chrono_literals;

constexpr double found_share = 0.4;    // of the excess that the first hypothesis must explain
constexpr double medium_score = 0.45;  // confidence
constexpr double high_score = 0.75;
constexpr double passed_on_factor = 0.3;  // of a signal that a callee's failure explains
constexpr double blaming_share = 0.5;     // of a signal's lines that name the service that they blame

double minutes_between(timestamp from, timestamp to) {
  return std::chrono::duration<double, std::ratio<60>>(to - from).count();
}

/// What people do to a system, and not what they do about an incident or say of it.
bool is_change(std::string_view kind) {
  constexpr std::array<std::string_view, 10> others{"alert",      "page",     "incident", "rollback",
                                                    "mitigation", "failover", "restart",  "ack",
                                                    "note",       "resolved"};
  return std::ranges::none_of(others, [&](std::string_view other) { return same_name(kind, other); });
}

/// By whatever name a tool records it: "Rollback", "deploy_reverted".
bool takes_back(std::string_view kind) {
  const std::string lower = ascii::to_lower(kind);
  return lower.find("rollback") != std::string::npos || lower.find("revert") != std::string::npos;
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
      : scan_(scan),
        graph_is_hearsay_(topology.empty() && scan.calls.empty()),
        graph_(graph_is_hearsay_  ? calls_in_errors(scan)
               : topology.empty() ? calls_of(scan)
                                  : std::vector<call_edge>(topology.begin(), topology.end())),
        events_(events),
        options_(options) {
    collect_clues();
  }

  cause_report run() {
    cause_report report;
    if (clues_.empty()) {
      report.reason = "No error occurs more often than on the rest of the day.";
      propose_latest_change(report);
      return report;
    }
    group_clues();
    hear_of_silent_callees();
    hear_of_unanswering_callees();
    propose_from_signals();
    propose_from_callers();
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

  static std::vector<call_edge> calls_of(const log_scan& scan) {
    std::vector<call_edge> out;
    for (const traced_call& call : scan.calls) out.push_back({call.caller, call.callee});
    return out;
  }

  /// Who calls whom, as a whole.
  bool calls_are_known() const { return !graph_.empty() && !graph_is_hearsay_; }

  static bool is_call_in_vain(mechanism m) {
    return m == mechanism::upstream_timeout || m == mechanism::network_fault;
  }

  /// Some of the calls, and no order among services: who names whom as what did not answer.
  static std::vector<call_edge> calls_in_errors(const log_scan& scan) {
    std::vector<call_edge> out;
    for (const log_signal& signal : scan.signals) {
      if (!is_call_in_vain(mechanism_of(signal.kind, signal.message))) continue;
      for (const named_share& named : signal.names) out.push_back({signal.service, named.service});
    }
    return out;
  }

  std::map<mechanism, double> chances_by_mechanism() const {
    std::map<mechanism, log_signal> sums;
    for (const log_signal& signal : scan_.signals) {
      log_signal& sum = sums[meaning_of(signal)];
      sum.count += signal.count;
      sum.expected += signal.expected;
    }
    std::map<mechanism, double> out;
    for (const auto& [means, sum] : sums) out[means] = chance_of(sum);
    return out;
  }

  /// How likely it is that the quiet rate alone gives so many lines.
  double chance_of(const log_signal& signal) const {
    const double window = std::chrono::duration<double>(scan_.window.to - scan_.window.from).count();
    const double quiet = scan_.quiet_hours * 3600;
    if (quiet <= 0) return 0;
    return rate_chance(static_cast<double>(signal.count), std::round(signal.expected * quiet / window),
                       window / (window + quiet));
  }

  void collect_clues() {
    const double all = static_cast<double>(std::max<std::size_t>(1, scan_.signals.size()));
    collect_clues([&](const log_signal& s, mechanism) {
      return static_cast<double>(s.count) >= options_.least_count && chance_of(s) <= options_.chance / all;
    });
    weak_ = clues_.empty();
    // Of a failure that several services tell of, taken together.
    const std::map<mechanism, double> chances = chances_by_mechanism();
    // With an incident beyond doubt, a line or two that tells of a failure by name is worth hearing.
    collect_clues([&](const log_signal& s, mechanism m) {
      const double chance = chance_of(s);
      if (is_symptom(m)) return weak_ && s.count > 1 && chance <= options_.weak_chance;
      if (s.expected > 0) return s.count > 1 && chance <= options_.weak_chance;
      return std::min(chance, chances.at(m)) <= (weak_ ? options_.rumour_chance : options_.weak_chance);
    });
    if (!clues_.empty()) first_onset_ = std::ranges::min_element(clues_, {}, &clue::onset)->onset;
  }

  bool is_known_service(const std::string& name) const {
    const auto same = [&](const auto& row) { return same_name(row.service, name); };
    return graph_.knows_name(name) || std::ranges::any_of(scan_.signals, same) ||
           std::ranges::any_of(scan_.latency, same);
  }

  /// Calls in vain of something by name that is no service of ours are the fault of somebody else.
  mechanism meaning_of(const log_signal& signal) const {
    const mechanism means = mechanism_of(signal.kind, signal.message);
    if (!is_symptom(means) && means != mechanism::network_fault) return means;
    const std::string peer = calls_are_known() ? named_peer(signal.message) : std::string();
    if (peer.empty() || graph_.named_in(peer) || is_known_service(peer)) return means;
    return mechanism::external_dependency;
  }

  template <typename Test>
  void collect_clues(Test passes) {
    for (const log_signal& signal : scan_.signals) {
      const auto count = static_cast<double>(signal.count);
      const mechanism means = meaning_of(signal);
      const bool known = std::ranges::find(clues_, &signal, &clue::signal) != clues_.end();
      if (known || count <= signal.expected || !passes(signal, means)) continue;
      clue next{
          .signal = &signal, .mechanism = means, .excess = count - signal.expected, .onset = signal.onset};
      for (const clock_skew_row& skew : scan_.clock_skew) {
        if (skew.service != signal.service) continue;
        next.onset = next.onset - std::chrono::microseconds{std::llround(skew.seconds * 1e6)};
      }
      total_excess_ += next.excess;
      clues_.push_back(next);
    }
  }

  /// Onsets closer than this cannot be told apart.
  timestamp::duration onset_tolerance() const {
    return std::max<timestamp::duration>(5min, (scan_.window.to - scan_.window.from) / 20);
  }

  /// The change closest before the onset on that service. Metrics that were bad before it acquit it.
  std::optional<trigger_event> find_trigger(const std::string& service, timestamp first_sign) const {
    std::optional<trigger_event> found;
    const timestamp::duration slack = (scan_.window.to - scan_.window.from) / 40;  // of a ramp's start
    const timestamp onset = std::min(first_sign, scan_.window.from + slack);
    for (const change_event& event : events_) {
      if (event.service != service || event.ts < onset - options_.trigger_reach || event.ts > onset + 2min)
        continue;
      if (!is_change(event.kind)) continue;
      if (found && found->ts > event.ts) continue;
      found = trigger_event{.ts = event.ts,
                            .kind = clean_text(event.kind, 32),
                            .service = clean_text(event.service, 64),
                            .detail = clean_text(event.detail, 120),
                            .minutes_before = to_cents(minutes_between(event.ts, onset))};
    }
    return found;
  }

  /// `through` is a callee that the service wears out, and with it all that call it; or empty.
  void measure_radius(ranked_cause& h, const std::string& through = {}) const {
    std::set<std::string> struck = graph_.callers_of(h.service);
    struck.insert(h.service);
    if (!through.empty()) {
      struck.merge(graph_.callers_of(through));
      struck.insert(through);
    }
    double explained = 0;
    for (const clue& c : clues_) {
      const bool after = !calls_are_known() && c.onset >= h.onset - onset_tolerance();
      if (after || struck.contains(c.signal->service)) {
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

  /// True if somebody took it back while the incident lasted, or as it ended.
  bool was_undone(const trigger_event& change) const {
    constexpr auto late = 10min;
    return std::ranges::any_of(events_, [&](const change_event& e) {
      return takes_back(e.kind) && e.service == change.service && e.ts > change.ts &&
             e.ts > scan_.window.from && e.ts <= scan_.window.to + late;
    });
  }

  /// The same for a change on a caller of what fails: load follows a change within minutes, so one that is
  /// older came before by chance, unless it speaks of what fails or was taken back.
  double caller_factor(const ranked_cause& h) const {
    constexpr double fades_in = 10;  // minutes
    const trigger_event& t = *h.trigger;
    const bool tied = names(t.detail, h.wears_out) || mechanism_of_change(t.detail) == h.mechanism;
    if (tied || was_undone(t)) return trigger_factor(h);
    return 0.6 + std::exp(-std::max(minutes_between(t.ts, scan_.window.from), 0.0) / fades_in);
  }

  using clue_list = std::vector<const clue*>;

  void group_clues() {
    for (const clue& c : clues_) {
      groups_[{c.signal->service, c.mechanism}].push_back(&c);
      excess_of_service_[c.signal->service] += c.excess;
      if (!is_symptom(c.mechanism)) failing_[c.signal->service].insert(c.mechanism);
    }
  }

  /// A service that logs nothing, such as a database, is told of by those that call it, by name.
  void hear_of_silent_callees() {
    std::map<cause_key, clue_list> heard;
    for (const std::string& service : graph_.services()) {
      const auto logs = [&](const auto& row) { return row.service == service; };
      if (std::ranges::any_of(scan_.signals, logs) || std::ranges::any_of(scan_.latency, logs)) continue;
      const std::vector<std::string> callers = graph_.direct_callers_of(service);
      for (const clue& c : clues_) {
        const bool calls = std::ranges::find(callers, c.signal->service) != callers.end();
        if (!calls || !names(c.signal->message, service)) continue;
        if (!can_be_worn_out(c.mechanism) && c.mechanism != mechanism::network_fault) continue;
        heard[{service, c.mechanism}].push_back(&c);
      }
    }
    for (auto& [key, clues] : heard) {
      for (const clue* c : clues) excess_of_service_[key.first] += c->excess;
      failing_[key.first].insert(key.second);
      groups_[key] = std::move(clues);
    }
  }

  /// A service that logs nothing unusual, and that others name as what they call in vain. One that was
  /// changed itself and is alone in saying so may be what is wrong.
  void hear_of_unanswering_callees() {
    std::map<cause_key, clue_list> heard;
    for (const clue& c : clues_) {
      if (!is_call_in_vain(c.mechanism)) continue;
      const std::set<std::string> callees = graph_.callees_of(c.signal->service);
      for (const named_share& named : c.signal->names) {
        const bool blamed = named.share >= blaming_share && callees.contains(named.service);
        if (blamed && !excess_of_service_.contains(named.service))
          heard[{named.service, c.mechanism}].push_back(&c);
      }
    }
    for (auto& [key, clues] : heard) {
      const std::string& teller = clues.front()->signal->service;
      const bool alone = std::ranges::all_of(clues, [&](auto* c) { return c->signal->service == teller; });
      if (alone && find_trigger(teller, first_of(clues))) continue;
      for (const clue* c : clues) excess_of_service_[key.first] += c->excess;
      told_by_callers_.insert(key);
      groups_[key] = std::move(clues);
    }
  }

  /// Trouble in a service that it calls explains its time-outs, and its telling of the same failure.
  bool passed_on(const cause_key& key) const {
    for (const std::string& callee : graph_.callees_of(key.first)) {
      if (is_symptom(key.second) && excess_of_service_.contains(callee)) return true;
      const auto known = failing_.find(callee);
      if (known != failing_.end() && known->second.contains(key.second)) return true;
    }
    return false;
  }

  /// It tells of a failure that none of its callees tells of.
  bool fails_itself(const std::string& service) const {
    const auto known = failing_.find(service);
    return known != failing_.end() && std::ranges::any_of(known->second, [&](mechanism m) {
             return !passed_on({service, m});
           });
  }

  void propose_from_signals() {
    for (const auto& [key, clues] : groups_) {
      ranked_cause h{
          .service = key.first, .mechanism = key.second, .told_by_callers = told_by_callers_.contains(key)};
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
      const bool by_others = passed_on(key);
      const bool known_failure = fails_itself(key.first);
      if (h.trigger && is_symptom(h.mechanism) && !by_others) {
        const mechanism told = told_by(*h.trigger);
        if (!known_failure || told != mechanism::bad_change) h.mechanism = told;
      }
      if (!known_failure && calls_into_the_dark(h)) h.mechanism = mechanism::external_dependency;
      measure_radius(h);
      const double own_share = excess / excess_of_service_[h.service];
      // A cause that is taken from a time-out alone keeps the time-out's weight.
      const double weight = h.trigger ? cause_weight(h.mechanism) : cause_weight(key.second);
      const double own = weight * clarity(lift) * (by_others ? passed_on_factor : 1.0);
      h.score = own * std::sqrt(own_share) * (0.35 + 0.65 * h.explains_share) * earliness(h.onset) *
                trigger_factor(h);
      const double support = own * h.explains_share;
      found_.push_back({.h = std::move(h), .support = support});
    }
  }

  /// What a change may have done where the errors do not say it: a release may have done anything.
  static mechanism told_by(const trigger_event& change) {
    const bool release =
        change.kind.find("deploy") != std::string::npos || change.kind.find("release") != std::string::npos;
    return release ? mechanism::bad_change : mechanism_of_change(change.detail);
  }

  static timestamp first_of(const clue_list& clues) {
    return (*std::ranges::min_element(clues, {}, [](const clue* c) { return c->onset; }))->onset;
  }

  static double clarity(double lift) { return lift / (lift + 3); }

  /// What a caller can take from its callee.
  static bool can_be_worn_out(mechanism m) {
    using enum mechanism;
    return m == connection_pool_exhaustion || m == lock_contention || m == resource_leak ||
           m == traffic_surge || m == cache_miss_storm;
  }

  /// A caller that was changed can exhaust what it calls, which itself was not changed.
  void propose_from_callers() {
    for (const auto& [key, clues] : groups_) {
      if (!can_be_worn_out(key.second)) continue;
      const auto& [callee, means] = key;
      const timestamp onset = first_of(clues);
      if (find_trigger(callee, onset)) continue;
      double lift = 0;
      double excess = 0;
      for (const clue* c : clues) {
        lift = std::max(lift, c->signal->lift);
        excess += c->excess;
      }
      const double own_share = excess / excess_of_service_[callee];
      for (const std::string& caller : graph_.direct_callers_of(callee)) {
        ranked_cause h{.service = caller, .mechanism = means, .wears_out = callee, .onset = onset};
        h.trigger = find_trigger(caller, onset);
        // Where the caller fails in a way of its own, that is the story.
        if (!h.trigger || fails_itself(caller)) continue;
        measure_radius(h, callee);
        for (const clue* c : clues) h.evidence.push_back(c->signal->id);
        for (const clue& c : clues_) {
          if (c.signal->service == caller) h.evidence.push_back(c.signal->id);
        }
        const double own = cause_weight(means) * clarity(lift);
        h.score = own * std::sqrt(own_share) * (0.35 + 0.65 * h.explains_share) * earliness(onset) *
                  caller_factor(h);
        const double support = own * h.explains_share;
        found_.push_back({.h = std::move(h), .support = support});
      }
    }
  }

  /// A time-out of a service that calls nothing we know of: what it waits for is outside the telemetry.
  bool calls_into_the_dark(const ranked_cause& h) const {
    return h.mechanism == mechanism::upstream_timeout && !h.told_by_callers && !graph_is_hearsay_ &&
           graph_.knows(h.service) && graph_.callees_of(h.service).empty();
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
      // Where a failure is told of, a change that left no trace is a worse explanation.
      const double without_signals = failing_.empty() ? 0.4 : 0.2;
      h.score = without_signals * h.explains_share * trigger_factor(h) *
                (h.explains_share < found_share ? 0.5 : 1.0);
      const double support = without_signals * h.explains_share;
      found_.push_back({.h = std::move(h), .support = support});
    }
  }

  /// All that is left where the logs say nothing: what was done last before it began.
  void propose_latest_change(cause_report& report) {
    constexpr auto just_before = 30min;
    std::optional<trigger_event> latest;
    for (const change_event& event : events_) {
      if (event.service.empty()) continue;
      const auto trigger = find_trigger(event.service, scan_.window.from);
      if (trigger && trigger->ts >= scan_.window.from - just_before && (!latest || trigger->ts > latest->ts))
        latest = trigger;
    }
    if (!latest) return;
    ranked_cause h{.id = "H1",
                   .service = latest->service,
                   .mechanism = mechanism::bad_change,
                   .onset = scan_.window.from,
                   .trigger = latest};
    h.confidence.basis.push_back("it is the last change before the window");
    h.confidence.capped_by.push_back("no error in the logs supports it: at most low");
    h.confidence.score = h.score = 0.1;
    word(h, scan_);
    report.outcome = cause_outcome::inconclusive;
    report.hypotheses.push_back(std::move(h));
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
    if (weak_) cap(medium_score - 0.01, "only a few lines tell of it: at most low");
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
    if (weak_) {
      report.outcome = cause_outcome::inconclusive;
      report.reason = "No error is beyond doubt more frequent than on the rest of the day.";
      return;
    }
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
  bool graph_is_hearsay_ = false;  // taken from the messages of errors, so that many calls are missing
  call_graph graph_;
  std::span<const change_event> events_;
  const cause_options& options_;
  std::vector<clue> clues_;
  double total_excess_ = 0;
  timestamp first_onset_;
  bool weak_ = false;  // no signal is beyond doubt
  std::map<cause_key, clue_list> groups_;
  std::set<cause_key> told_by_callers_;
  std::map<std::string, double> excess_of_service_;
  std::map<std::string, std::set<mechanism>> failing_;  // services that tell of a failure of their own
  std::vector<candidate> found_;
};

}  // namespace

cause_report rank_causes(const log_scan& scan, std::span<const call_edge> topology,
                         std::span<const change_event> events, const cause_options& options) {
  return ranking{scan, topology, events, options}.run();
}

}  // namespace stook::sre
