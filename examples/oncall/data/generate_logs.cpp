#include <algorithm>
#include <cmath>
#include <iterator>
#include <vector>

#include <fmt/format.h>

#include <oncall/data/csv_writer.hpp>
#include <oncall/data/noise.hpp>
#include <oncall/data/story.hpp>

namespace stook::sre::story {
namespace {

constexpr std::array<std::string_view, 3> regions{"eu-west-1", "us-east-1", "ap-south-1"};
constexpr std::array<double, 3> region_shares{0.5, 0.3, 0.2};

/// What an ordinary day has anyway: kinds of its own, and each of the incident's now and then.
constexpr std::array<std::string_view, 7> everyday_kinds{
    "ValidationFailed", "RateLimited",         "ConnectionReset", "UpstreamTimeout",
    "CacheMissStorm",   "DBConnPoolExhausted", "DeadlockDetected"};
constexpr std::array<double, 7> everyday_shares{0.34, 0.22, 0.16, 0.12, 0.10, 0.03, 0.03};

/// Shares of struck_kinds by service, in the order of struck_services: pool and locks at the database,
/// time-outs above it.
constexpr std::array<std::array<double, 4>, 3> struck_shares{{
    {0.55, 0.06, 0.04, 0.35},
    {0.50, 0.25, 0.10, 0.15},
    {0.06, 0.62, 0.22, 0.10},
}};

struct log_line {
  std::int64_t ms = 0;  ///< since the start of the day
  std::string_view service, region, level, kind;
  const route* path = nullptr;
  double latency_ms = 0;
  std::string trace_id, user_id, message;
};

/// All that is random about a line, drawn for every line alike so that a quiet day has the same noise.
struct line_draws {
  double strikes, has_kind, kind, everyday, level, latency, detail;

  explicit line_draws(noise& random)
      : strikes(random.uniform()),
        has_kind(random.uniform()),
        kind(random.uniform()),
        everyday(random.uniform()),
        level(random.uniform()),
        latency(random.normal()),
        detail(random.uniform()) {}
};

/// Which of the shares, which add up to 1, a number in [0, 1) falls into.
template <std::size_t N>
std::size_t place(const std::array<double, N>& shares, double draw) {
  for (std::size_t i = 0; i + 1 < N; ++i) {
    if (draw < shares[i]) return i;
    draw -= shares[i];
  }
  return N - 1;
}

std::string message_of(const log_line& line, double detail) {
  const auto ms = std::lround(line.latency_ms);
  const auto number = [&](int low, int high) { return low + static_cast<int>(detail * (high - low)); };
  if (line.kind == "UpstreamTimeout") {
    return fmt::format("upstream call timed out after {} ms, {} {} gave up", ms, line.path->method,
                       line.path->endpoint);
  }
  if (line.kind == "DBConnPoolExhausted") {
    return fmt::format("connection pool exhausted: 50 of 50 in use, {} waiting, waited {} ms", number(3, 80),
                       ms);
  }
  if (line.kind == "DeadlockDetected") {
    return fmt::format("deadlock detected on relation \"orders\", transaction {} rolled back",
                       number(10'000, 99'999));
  }
  if (line.kind == "CacheMissStorm") {
    return fmt::format("cache miss ratio {} % on keyspace session, falling back to origin", number(55, 97));
  }
  if (line.kind == "ValidationFailed") return "request refused: field \"amount\" is not a number";
  if (line.kind == "RateLimited")
    return fmt::format("client over its limit of {} requests a minute", number(2, 9) * 60);
  if (line.kind == "ConnectionReset") return "connection reset by peer while reading the request";
  const int status = line.level == "ERROR" ? 503 : 200;
  const char* slow = line.level == "WARN" ? ", slow" : "";
  return fmt::format("{} {} {} in {} ms{}", line.path->method, line.path->endpoint, status, ms, slow);
}

/// Level, kind and latency of one service's line in a request; `incident` as of `progress`.
void decide(log_line& line, std::size_t hop, bool struck, double incident, const line_draws& draws) {
  const double usual_ms = 95.0 - 30.0 * static_cast<double>(hop);  // a caller waits for its callee
  line.latency_ms = usual_ms * std::exp(0.35 * draws.latency);
  line.level = "INFO";
  if (struck && draws.strikes < 0.85) {
    line.level = draws.level < 0.4 ? "WARN" : "ERROR";
    if (draws.has_kind < 0.72) line.kind = struck_kinds[place(struck_shares[hop], draws.kind)];
    line.latency_ms *= 4 + 6 * incident;
  } else if (draws.everyday < 0.03) {
    line.level = draws.level < 0.7 ? "WARN" : "ERROR";
    if (draws.has_kind < 0.6) line.kind = everyday_kinds[place(everyday_shares, draws.kind)];
    line.latency_ms *= 2;
  }
  line.message = message_of(line, draws.detail);
}

/// One line for each service on the way of a request.
void append_request(std::vector<log_line>& lines, const generate_options& options, noise& random) {
  constexpr std::int64_t day_ms = 24 * 60 * 60 * 1000;
  constexpr std::int64_t longest_request_ms = 1000;
  std::array<double, routes.size()> shares{};
  std::ranges::transform(routes, shares.begin(), &route::share);

  const auto start_ms = static_cast<std::int64_t>(random.below(day_ms - longest_request_ms));
  const route& path = routes[place(shares, random.uniform())];
  const std::string_view region = regions[place(region_shares, random.uniform())];
  const std::uint64_t trace_high = random.bits();
  const std::uint64_t trace_low = random.bits();
  const std::size_t user = random.below(2'000);
  const double struck_draw = random.uniform();

  const double incident = progress(options, static_cast<std::size_t>(start_ms / 60'000));
  const bool struck = path.struck && incident >= 0 && struck_draw < 0.52 + 0.2 * incident;
  std::int64_t ms = start_ms;
  for (std::size_t hop = 0; hop < path.hops; ++hop) {
    log_line line;
    line.ms = ms;
    line.service = path.services[hop];
    line.region = region;
    line.path = &path;
    line.trace_id = fmt::format("{:016x}{:016x}", trace_high, trace_low);
    line.user_id = fmt::format("u{:04}", user);
    decide(line, hop, struck, incident, line_draws{random});
    lines.push_back(std::move(line));
    ms += 3 + static_cast<std::int64_t>(random.below(40));
  }
}

void append_row(std::string& out, const log_line& line, timestamp start) {
  fmt::format_to(std::back_inserter(out), "{},{},{},{},{},{},{:.1f},{},{},",
                 to_string(start + std::chrono::milliseconds{line.ms}), line.service, line.region, line.level,
                 line.kind, line.path->endpoint, line.latency_ms, line.trace_id, line.user_id);
  append_csv_field(out, line.message);
  out += '\n';
}

}  // namespace

generated_logs logs_csv(const generate_options& options) {
  noise random{options.seed, 2};
  std::vector<log_line> lines;
  lines.reserve(log_rows + routes.size());
  while (lines.size() < log_rows) append_request(lines, options, random);
  lines.resize(log_rows);
  std::ranges::stable_sort(lines, {}, &log_line::ms);

  generated_logs out{
      .csv = "ts,service,region,level,error_kind,endpoint,latency_ms,trace_id,user_id,message\n",
      .error_counts = {}};
  out.csv.reserve(log_rows * 180);
  for (const log_line& line : lines) {
    append_row(out.csv, line, options.start);
    const double incident = progress(options, static_cast<std::size_t>(line.ms / 60'000));
    if (incident >= 0 && !line.kind.empty()) ++out.error_counts[line.kind];
  }
  return out;
}

}  // namespace stook::sre::story
