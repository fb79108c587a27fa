#include <oncall/eval/world.hpp>

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace stook::sre::eval {
namespace {

using namespace std::chrono_literals;

// In the order of `part`.
using cast = std::array<std::string_view, parts>;
constexpr std::array<cast, 5> casts{{
    {"api-gateway", "checkout", "orders", "catalog", "payments", "orders-db", "search", "invoice-export"},
    {"edge-proxy", "booking", "loyalty", "timetable", "fares", "postgres-main", "seat-index",
     "nightly-report"},
    {"web-frontend", "transfers", "accounts", "statements", "fraud-check", "ledger-db", "doc-cache",
     "eod-batch"},
    {"ingress", "upload", "profile", "feed", "transcoder", "media-store", "feed-cache", "reindexer"},
    {"bff", "dispatch", "tracking", "pricing", "routing", "fleet-mysql", "geo-index", "telemetry-loader"},
}};
constexpr std::array<std::string_view, 2> struck_regions{"eu-west-1", "us-east-1"};

constexpr std::array step_choices{15, 30, 60, 60, 60, 120, 300};
constexpr std::array day_choices{1, 1, 1, 1, 2, 3};

double between(stretch s, noise& random) { return s.least + (s.most - s.least) * random.uniform(); }

template <std::size_t N, typename T>
const T& one_of(const std::array<T, N>& from, noise& random) {
  return from[random.below(N)];
}

void draw_routes(world& w) {
  using enum part;
  w.routes = {
      {"/v1/create", 0.26, {edge, front_a, store}, 3}, {"/v1/update", 0.20, {edge, front_b, store}, 3},
      {"/v1/find", 0.16, {edge, front_c, leaf}, 3},    {"/v1/list", 0.14, {edge, front_c}, 2},
      {"/v1/settle", 0.16, {edge, front_a, inner}, 3}, {"/internal/run", 0.08, {batch, store}, 2}};
}

/// Throughput, latency and errors under one of the names that they have in practice, then as many others as
/// are asked for.
void draw_metrics(world& w, std::size_t count, noise& random) {
  using enum metric_role;
  constexpr std::array throughput_names{"rps", "requests_per_second", "http_requests_rate", "throughput_qps"};
  constexpr std::array latency_names{"p95_ms", "latency_p95_ms", "http_p99_ms", "request_duration_ms"};
  constexpr std::array error_names{"error_rate", "errors_ratio", "http_5xx_ratio", "failed_ratio"};
  const double size = 0.5 + 2 * random.uniform();
  const double awkward = w.hard ? 1.3 : 1;
  const auto add = [&](std::string name, metric_role role, double usual, double noise, double strike,
                       double rise) {
    w.metrics.push_back({std::move(name), role, usual, noise * awkward, strike, rise});
  };
  add(one_of(throughput_names, random), throughput, 420 * size, 16 * size, -20 * size, -90 * size);
  add(one_of(latency_names, random), latency, 176 * size, 7.5 * size, 112 * size, 320 * size);
  add(one_of(error_names, random), errors, 0.0055, 0.0008, 0.018, 0.035);
  const std::vector<metric_column> more{{"cpu_percent", saturation, 45, 4, 8, 10},
                                        {"p50_ms", latency, 60 * size, 4 * size, 15 * size, 40 * size},
                                        {"queue_depth", saturation, 30, 6, 20, 40},
                                        {"success_rate", availability, 0.9945, 0.0008, -0.018, -0.035},
                                        {"active_sessions", unknown, 2'100, 60, 0, 0},
                                        {"gc_pause_ms", saturation, 22, 4, 4, 8},
                                        {"disk_free_gb", saturation, 310, 0.4, 0, 0},
                                        {"cache_hit_ratio", saturation, 0.93, 0.008, 0, 0},
                                        {"retries_per_second", saturation, 6, 1, 9, 14}};
  const std::size_t from = random.below(more.size());
  for (std::size_t i = 0; w.metrics.size() < count && i < more.size(); ++i) {
    const metric_column& m = more[(from + i) % more.size()];
    add(m.name, m.role, m.usual, m.noise, m.strike, m.rise);
  }
}

void draw_size(world& w, noise& random) {
  constexpr std::array metric_counts{3, 3, 4, 6, 9};
  const double days = w.kind->days.value_or(one_of(day_choices, random));
  const int step = one_of(step_choices, random);
  w.step_s = w.kind->step_s.value_or(days > 1 ? std::max(step, 60) : step);
  w.samples = static_cast<std::size_t>(days * 86'400) / static_cast<std::size_t>(w.step_s);
  w.log_rows = static_cast<std::size_t>(days > 3 ? 4'000 * days : 9'000 * std::max(days, 0.5));
  w.hard = random.uniform() < 0.35;
  const int metrics = one_of(metric_counts, random);
  draw_metrics(w, static_cast<std::size_t>(w.kind->metrics.value_or(metrics)), random);
}

/// What goes wrong beside it: waiting transactions where connections run out, and the like.
fault side_effect(const fault& of) {
  using enum mechanism;
  const bool database = of.means == connection_pool_exhaustion || of.means == lock_contention;
  return {.means = !database                     ? upstream_timeout
                   : of.means == lock_contention ? connection_pool_exhaustion
                                                 : lock_contention};
}

void place_fault(world& w, const fault& f, double amplitude, noise& random) {
  placed_fault p{.is = &f, .amplitude = amplitude};
  const double minutes = between(f.minutes, random);
  const auto length = static_cast<std::size_t>(std::lround(minutes * 60 / w.step_s));
  p.first = static_cast<std::size_t>(between(f.begins, random) * static_cast<double>(w.samples));
  p.last = std::min(w.samples, p.first + length);
  if (w.kind->ongoing) {
    p.first = w.samples - length;
    p.last = w.samples;
  }
  const std::string_view region = struck_regions[random.below(2)];  // of the two that have most requests
  if (f.one_region) p.region = region;
  const phrase own = draw_phrase(f, random);
  const phrase side = draw_phrase(side_effect(f), random);
  const phrase heard = draw_symptom(random);
  p.kind = own.kind;
  p.message = own.message;
  p.side_kind = side.kind;
  p.side_message = side.message;
  p.symptom = heard.kind;
  p.complaint = heard.message;
  w.faults.push_back(std::move(p));
}

constexpr std::array harmless_details{"new labels", "log format", "minor dependencies",
                                      "copy of the help page", "dashboards"};

/// Changes that do nothing, far from every fault.
void add_harmless_changes(world& w, noise& random) {
  const std::size_t count = 2 + random.below(3);
  for (std::size_t i = 0; i < count; ++i) {
    const auto sample = random.below(w.samples);
    const auto where = static_cast<part>(random.below(parts));
    const bool deploy = random.uniform() < 0.6;
    const std::string detail(one_of(harmless_details, random));
    const timestamp t = w.time_of(sample) + 17s;
    const bool near = std::ranges::any_of(w.faults, [&](const placed_fault& f) {
      return t > w.time_of(f.first) - 5h && t < w.time_of(f.last) + 2h;
    });
    if (near) continue;
    w.events.push_back({t, deploy ? "deploy" : "config_change", w.name(where), detail});
  }
}

std::string trigger_detail(const fault& f, noise& random) {
  const std::size_t number = 100 + random.below(800);
  if (f.trigger == cause_event::deploy) return fmt::format("release 2.{}", number);
  if (f.means == mechanism::connection_pool_exhaustion)
    return fmt::format("CHG-{}: pool.max 10, was 50", number);
  if (f.means == mechanism::cache_miss_storm) return fmt::format("CHG-{}: keys get a new prefix", number);
  return fmt::format("CHG-{}: limits", number);
}

void add_changes_of(world& w, const placed_fault& p, true_incident& told, noise& random) {
  const fault& f = *p.is;
  const timestamp begins = w.time_of(p.first);
  const std::string detail = trigger_detail(f, random);
  const auto before = std::chrono::seconds(60 + static_cast<std::int64_t>(random.below(9 * 60)));
  const double alerted = random.uniform();
  const auto to_alert = std::chrono::seconds(180 + static_cast<std::int64_t>(random.below(400)));
  if (f.trigger != cause_event::none) {
    const bool deploy = f.trigger == cause_event::deploy;
    w.events.push_back({begins - before, deploy ? "deploy" : "config_change", w.name(f.at), detail});
    told.trigger = true_trigger{begins - before, w.name(f.at)};
  }
  if (alerted < 0.5)
    w.events.push_back({begins + to_alert, "alert", w.name(part::edge), "error budget burns"});
  if (!f.ended_by.empty() && p.last < w.samples)
    w.events.push_back(
        {w.time_of(p.last) - 40s, std::string(f.ended_by), w.name(f.at), "to end the incident"});
}

void tell(world& w, const placed_fault& p, noise& random) {
  const fault& f = *p.is;
  true_incident told{.start = w.time_of(p.first)};
  if (p.last < w.samples) told.end = w.time_of(p.last);
  if (f.outside) {
    told.also_services = {w.name(f.at)};
  } else {
    told.service = w.name(f.at);
  }
  told.mechanisms = {f.means};
  for (const sre::mechanism other : f.also) {
    if (other != mechanism::unknown) told.mechanisms.push_back(other);
  }
  add_changes_of(w, p, told, random);
  w.answer.incidents.push_back(std::move(told));
}

/// Who has nothing to do with any fault.
part bystander(const scenario& kind) {
  const bool busy = std::ranges::any_of(kind.faults, [](const std::optional<fault>& f) {
    return f && (f->at == part::front_c || f->at == part::leaf);
  });
  return busy ? part::batch : part::leaf;
}

void add_oddities(world& w, std::size_t around_first, std::size_t around_last, noise& random) {
  const oddities& odd = w.kind->odd;
  const phrase loud = draw_everyday(random);
  const auto deploy_before = std::chrono::seconds(200 + static_cast<std::int64_t>(random.below(20 * 60)));
  const std::size_t length = around_last - around_first;
  if (odd.loud_all_day) {
    w.loud_kind = loud.kind;
    w.loud_message = loud.message;
    w.answer.decoy_services.push_back(w.name(part::front_c));
  }
  if (odd.misleading_deploy) {
    const part who = bystander(*w.kind);
    const timestamp t = w.time_of(around_first) - deploy_before;
    w.events.push_back({t, "deploy", w.name(who), "release 1.9"});
    w.answer.decoy_services.push_back(w.name(who));
    w.answer.decoy_changes.push_back(t);
  }
  if (odd.deploy_on_the_way) {
    const timestamp t = w.time_of(around_first) - deploy_before;
    w.events.push_back({t, "deploy", w.name(part::edge), "release 4.1"});
    w.answer.decoy_services.push_back(w.name(part::edge));
    w.answer.decoy_changes.push_back(t);
  }
  if (odd.harmless_surge) {
    w.surge_first = around_first;
    w.surge_last = around_last;
  }
  if (odd.gap_inside) {
    w.gap_first = around_first + length / 3;
    w.gap_last = w.gap_first + std::max<std::size_t>(2, length * 18 / 100);
  }
  constexpr std::array skewed{part::front_a, part::front_b, part::store};
  w.skewed = one_of(skewed, random);
  const auto skew = static_cast<int>(90 + random.below(200));
  w.skew_s = !odd.skewed_clock ? 0 : random.uniform() < 0.5 ? skew : -skew;
}

/// Days of one seed and different scenarios have nothing in common. FNV-1a, by Fowler, Noll and Vo.
std::uint64_t mixed(std::string_view name, std::uint64_t seed) {
  std::uint64_t hash = 14'695'981'039'346'656'037ULL;
  const auto add = [&](std::uint64_t byte) { hash = (hash ^ byte) * 1'099'511'628'211ULL; };
  for (const char c : name) add(static_cast<unsigned char>(c));
  for (int shift = 0; shift < 64; shift += 8) add((seed >> shift) & 0xff);
  return hash;
}

}  // namespace

double placed_fault::progress(std::size_t sample) const {
  if (sample < first || sample >= last) return -1;
  if (last - first < 2) return 1;
  return static_cast<double>(sample - first) / static_cast<double>(last - first - 1);
}

double placed_fault::strength(std::size_t sample) const {
  const double gone = progress(sample);
  if (gone < 0) return 0;
  return amplitude * (is->shape == shape::ramp ? gone : 1.0);
}

world make_world(const scenario& kind, std::uint64_t seed, bool quiet) {
  world w{.kind = &kind, .seed = mixed(kind.name, seed)};
  noise random{w.seed, 11};
  w.start = timestamp::from_seconds(1'767'225'600 + static_cast<std::int64_t>(random.below(200)) * 86'400);
  const cast& names = one_of(casts, random);
  std::ranges::copy(names, w.names.begin());
  draw_routes(w);
  draw_size(w, random);

  const double amplitude = kind.amplitude.value_or(amplitudes[seed % amplitudes.size()]);
  for (const std::optional<fault>& f : kind.faults) {
    if (f) place_fault(w, *f, amplitude, random);
  }
  // Where the oddities go on a day that has no fault anyway.
  const std::size_t middle = w.samples * (30 + random.below(40)) / 100;
  const std::size_t hours = 2 * 3'600 / static_cast<std::size_t>(w.step_s);
  w.answer = {.scenario = std::string(kind.name), .seed = seed, .data_end = w.time_of(w.samples)};
  for (const placed_fault& p : w.faults) tell(w, p, random);
  add_oddities(w, w.faults.empty() ? middle : w.faults.front().first,
               w.faults.empty() ? middle + hours : w.faults.front().last, random);
  add_harmless_changes(w, random);
  std::ranges::stable_sort(w.events, {}, &happening::t);
  if (quiet || kind.quiet()) {
    std::erase_if(w.events, [](const happening& e) { return e.kind == "alert"; });
    w.faults.clear();
    w.answer.incidents.clear();
  } else {
    w.answer.amplitude = amplitude;
  }
  return w;
}

}  // namespace stook::sre::eval
