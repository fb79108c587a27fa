#include <oncall/causes/mechanism.hpp>

#include <stook/core/ascii.hpp>

#include <oncall/causes/change_topic.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>
#include <span>
#include <string>
#include <vector>

namespace stook::sre {
namespace {

using enum mechanism;

/// All words must occur; a word may offer alternatives between bars.
struct rule {
  mechanism means;
  std::array<std::string_view, 4> words;
};

constexpr std::array rules{
    // "HTTPConnectionPool(host=stock, port=80): Read timed out.": the pool of an HTTP client is where it says
    // that its peer did not answer.
    rule{upstream_timeout, {"http|https", "pool", "read|connect|host", "timed|timeout|retries"}},
    rule{connection_pool_exhaustion,
         {"pool|pools|hikari",
          "exhausted|exhaustion|empty|full|starved|starvation|timeout|timed|limit|waiting|saturated"}},
    rule{connection_pool_exhaustion, {"connection|connections|conn|conns", "exhausted|exhaustion|starved"}},
    rule{connection_pool_exhaustion, {"too", "many", "connections|clients"}},
    rule{connection_pool_exhaustion,
         {"no|acquire|acquiring|obtain", "available|free|idle|failed|timeout|timed|unable",
          "connection|connections"}},
    rule{connection_pool_exhaustion, {"remaining", "connection", "slots"}},
    rule{connection_pool_exhaustion, {"connection", "not", "available"}},
    rule{connection_pool_exhaustion,
         {"pool|pools|pooled", "could|cannot|unable|not|failed", "get|obtain|acquire"}},
    rule{connection_pool_exhaustion, {"pool|pools|pooled", "max|maximum|busy|use", "reached|busy|use"}},
    rule{connection_pool_exhaustion,
         {"max|maximum|limit", "connections|clients", "reached|exceeded|allowed"}},
    rule{connection_pool_exhaustion, {"all", "connections|handles|clients", "use|used|busy|checked|taken"}},
    rule{connection_pool_exhaustion, {"no|without", "more|spare|left", "connections|connection|handles"}},
    rule{connection_pool_exhaustion,
         {"pool|dbpool|pgbouncer|hikari|dbcp|proxysql", "wait|waiting|waiters|queue|queued|busy"}},
    rule{connection_pool_exhaustion, {"waiting|wait|waited", "idle|free", "object|connection|handle"}},
    rule{connection_pool_exhaustion, {"connection|connections", "limit", "exceeded|reached"}},

    rule{lock_contention, {"deadlock|deadlocks|deadlocked"}},
    rule{lock_contention,
         {"lock|locks|mutex|latch",
          "wait|waiting|waited|timeout|timed|contention|contended|held|holding|acquire|obtain|conflict|"
          "request"}},
    rule{lock_contention, {"database|table|row", "locked"}},
    rule{lock_contention, {"optimistic", "lock|locking"}},
    rule{lock_contention, {"write|update", "conflict"}},
    rule{lock_contention, {"updated|deleted", "another", "transaction"}},
    rule{lock_contention, {"serialize|serialization", "access|failure", "concurrent|transaction"}},

    rule{resource_leak, {"out", "of", "memory"}},
    rule{resource_leak, {"oom|oomkilled|outofmemory|outofmemoryerror"}},
    rule{resource_leak, {"leak|leaks|leaked|leaking"}},
    rule{resource_leak,
         {"memory|heap|disk|fd|fds|descriptor|descriptors|threads|inode|inodes|volume",
          "exhausted|quota|pressure|limit|full|high|growing|exceeded|low|usage"}},
    rule{resource_leak, {"no", "space", "left"}},
    rule{resource_leak, {"native|new", "thread|threads", "create", "unable|cannot|failed"}},
    rule{resource_leak, {"too", "many", "open", "files"}},
    rule{resource_leak, {"emfile|enfile|enospc|enomem|edquot"}},
    rule{resource_leak, {"fork|pthread|thread|clone", "resource", "unavailable"}},
    rule{resource_leak, {"disk|table|volume|device|filesystem|partition|tablespace", "full|capacity"}},
    rule{resource_leak, {"gc|evacuation", "pause|paused|overhead|thrashing|long"}},
    rule{resource_leak, {"allocate|allocation|malloc", "failed|failure|cannot|unable"}},

    rule{external_dependency, {"third|rd", "party"}},
    rule{external_dependency,
         {"external|provider|partner|vendor|acquirer|psp",
          "error|errors|unavailable|timeout|timed|outage|failed|failure|down|declined|api|service|dependency|"
          "rejected|unreachable|returned|respond|responding|responded|answer|answered|degraded|refused"}},
    rule{external_dependency,
         {"stripe|paypal|adyen|braintree|klarna|twilio|sendgrid|mailgun|okta",
          "error|errors|unavailable|timeout|timed|outage|failed|failure|down|unreachable|api"}},

    rule{cache_miss_storm,
         {"cache|redis|memcached",
          "miss|misses|missed|stampede|storm|cold|eviction|evictions|evicted|flushed|purged|empty|dogpile|"
          "unavailable|warming|warmup|bypassing"}},
    rule{cache_miss_storm, {"keyspace|keys", "empty|flush|flushed|evicted"}},
    rule{cache_miss_storm, {"cache", "hit", "ratio|rate", "fell|low|dropped|down"}},
    rule{cache_miss_storm, {"thundering", "herd"}},

    rule{bad_change,
         {"config|configuration|setting|settings",
          "invalid|missing|error|bad|unknown|unparsable|mismatch|load|parse|rejected|wrong"}},
    rule{bad_change, {"feature", "flag|flags"}},
    rule{bad_change, {"null|nil|none", "pointer|reference|dereference"}},
    rule{bad_change, {"undefined", "function|property|properties|reading|method"}},
    rule{bad_change, {"such", "method|field|class|module"}},
    rule{bad_change, {"missing|required", "environment|setting|settings"}},
    rule{bad_change, {"index|array", "bounds|range"}},
    rule{bad_change, {"import|module", "error|cannot|failed"}},
    rule{bad_change, {"segmentation", "fault"}},
    rule{bad_change, {"name|variable|symbol|reference", "not", "defined"}},
    rule{bad_change, {"no|undefined", "method"}},
    rule{bad_change, {"class|cannot", "cast"}},
    rule{bad_change, {"env|environment", "unset|undefined|missing"}},
    rule{bad_change, {"wire", "type"}},
    rule{bad_change, {"unsupported", "version"}},
    rule{bad_change, {"unexpected", "token"}},
    rule{bad_change, {"illegal", "state|argument"}},
    rule{bad_change, {"regression"}},
    rule{bad_change,
         {"nullpointer|nullpointerexception|npe|typeerror|keyerror|attributeerror|segfault|sigsegv"}},
    rule{bad_change, {"type|key|attribute|assertion", "error"}},
    rule{bad_change, {"unhandled|uncaught|unexpected", "exception|error"}},
    rule{bad_change,
         {"schema|migration|column|relation|contract",
          "mismatch|failed|missing|incompatible|exist|unknown|violation"}},
    rule{bad_change, {"class|method|symbol|module", "not", "found"}},
    rule{bad_change,
         {"deserialize|deserialization|unmarshal|decode|decoding", "failed|failure|error|cannot"}},
    rule{bad_change, {"panic|panicked|crashloop|crashed"}},
    rule{bad_change, {"crash", "loop"}},

    rule{upstream_timeout, {"upstream", "connect|disconnect|prematurely"}},
    rule{upstream_timeout, {"etimedout"}},
    rule{upstream_timeout,
         {"upstream|downstream|backend|dependency|service", "not|no|never",
          "answer|answered|respond|responded|reply|replied|response"}},

    rule{network_fault, {"dns|nxdomain|servfail|eai"}},
    rule{network_fault, {"enotfound|econnrefused|econnreset|econnaborted|ehostunreach|enetunreach|epipe"}},
    rule{network_fault, {"such", "host"}},
    rule{network_fault, {"broken", "pipe"}},
    rule{network_fault, {"socket", "hang|hung|closed"}},
    rule{network_fault, {"closed", "connection", "without|unexpectedly"}},
    rule{network_fault, {"dial|dialing|dialling"}},
    rule{network_fault, {"connection", "error"}},
    rule{network_fault, {"name|host", "resolve|resolution|resolved"}},
    rule{network_fault, {"packet|packets", "loss|lost|dropped"}},
    rule{network_fault, {"no", "route"}},
    rule{network_fault, {"network|host|peer", "unreachable|partition|partitioned|down"}},
    rule{network_fault, {"connection|connect", "refused|reset|aborted|lost"}},
    rule{network_fault,
         {"tls|ssl|certificate|cert|handshake",
          "expired|invalid|failed|failure|error|handshake|unable|issuer|untrusted|bad|revoked|valid"}},

    rule{traffic_surge, {"rate", "limit|limited|limiting|exceeded"}},
    rule{traffic_surge, {"throttled|throttling|throttle|overload|overloaded|shedding"}},
    rule{traffic_surge, {"too", "many", "requests"}},
    rule{traffic_surge, {"queue|backlog", "full|overflow|exceeded|depth|growing"}},
    rule{traffic_surge, {"load", "shed|shedding"}},
    rule{traffic_surge, {"concurrency|concurrent|capacity", "limit|max|maximum|exceeded|reached"}},
    rule{traffic_surge, {"backpressure"}},
    rule{traffic_surge, {"admission", "rejected|control"}},
    rule{traffic_surge, {"flight", "many|limit|dropping|rejected"}},
    rule{traffic_surge, {"traffic|load", "spike|surge|peak"}},
    rule{traffic_surge, {"quota", "exceeded|exhausted"}},

    rule{upstream_timeout, {"timeout|timeouts|timedout"}},
    rule{upstream_timeout, {"timed", "out"}},
    rule{upstream_timeout, {"deadline", "exceeded"}},
    rule{upstream_timeout, {"circuit", "open|opened|breaker"}},
    rule{upstream_timeout,
         {"upstream|downstream|backend|gateway|dependency",
          "failed|failure|error|unavailable|slow|bad|reset"}},
    rule{upstream_timeout, {"service", "unavailable"}},
    rule{upstream_timeout, {"retry|retries", "exhausted|gave|failed"}},
    rule{upstream_timeout, {"unavailable"}},
};

using ascii::is_lower;
using ascii::is_upper;

/// The words of a text in lower case; beyond a bound the rest is not looked at.
std::vector<std::string> words_of(std::string_view text) {
  constexpr std::size_t most = 512;
  text = text.substr(0, most);
  std::vector<std::string> words;
  bool inside = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (!is_upper(c) && !is_lower(c)) {
      inside = false;
      continue;
    }
    const bool after_lower = i > 0 && is_lower(text[i - 1]);
    const bool before_lower = i + 1 < text.size() && is_lower(text[i + 1]);
    const bool after_upper = i > 0 && is_upper(text[i - 1]);
    const bool begins = !inside || (is_upper(c) && (after_lower || (after_upper && before_lower)));
    if (begins) words.emplace_back();
    words.back() += ascii::to_lower(c);
    inside = true;
  }
  return words;
}

bool occurs(std::string_view alternatives, std::span<const std::string> words) {
  while (true) {
    const std::size_t bar = alternatives.find('|');
    if (std::ranges::find(words, alternatives.substr(0, bar)) != words.end()) return true;
    if (bar == std::string_view::npos) return false;
    alternatives.remove_prefix(bar + 1);
  }
}

mechanism by_rules(std::string_view text) {
  const std::vector<std::string> words = words_of(text);
  for (const rule& r : rules) {
    const bool all =
        std::ranges::all_of(r.words, [&](std::string_view w) { return w.empty() || occurs(w, words); });
    if (all) return r.means;
  }
  return unknown;
}

}  // namespace

mechanism mechanism_of(std::string_view error_kind, std::string_view message) {
  const mechanism by_kind = by_rules(error_kind);
  if (!is_symptom(by_kind)) return by_kind;
  const mechanism by_message = by_rules(message);  // "TimeoutError: the pool's limit is reached"
  return is_symptom(by_message) && by_kind != unknown ? by_kind : by_message;
}

mechanism mechanism_of_change(std::string_view detail) {
  constexpr std::array topics{rule{connection_pool_exhaustion, {"pool|pools|connections|conns"}},
                              rule{lock_contention, {"lock|locks|isolation|transaction|transactions"}},
                              rule{resource_leak, {"heap|memory|gc|disk"}},
                              rule{cache_miss_storm, {"cache|ttl|eviction|keyspace"}},
                              rule{network_fault, {"dns|tls|certificate|firewall|route|mtu"}},
                              rule{traffic_surge, {"quota|throttle|concurrency|rate"}}};
  const std::vector<std::string> words = words_of(detail);
  for (const rule& topic : topics) {
    if (occurs(topic.words.front(), words)) return topic.means;
  }
  return bad_change;
}

std::string_view describe(mechanism m) {
  switch (m) {
    case connection_pool_exhaustion:
      return "the connection pool runs out";
    case lock_contention:
      return "transactions wait for locks or deadlock";
    case resource_leak:
      return "memory, disk, threads or descriptors run out";
    case bad_change:
      return "a change does not work";
    case cache_miss_storm:
      return "the cache misses and its origin takes the load";
    case traffic_surge:
      return "more requests arrive than the service takes";
    case network_fault:
      return "connections fail on the network";
    case external_dependency:
      return "something outside the telemetry fails";
    case upstream_timeout:
      return "calls to another service time out";
    case unknown:
      break;
  }
  return "errors of a kind that is not known";
}

double cause_weight(mechanism m) {
  switch (m) {
    case connection_pool_exhaustion:
    case resource_leak:
    case bad_change:
      return 1.0;
    case lock_contention:
    case external_dependency:
      return 0.9;
    case network_fault:
      return 0.8;
    case cache_miss_storm:
    case traffic_surge:
      return 0.7;
    case upstream_timeout:
      return 0.4;
    case unknown:
      break;
  }
  return 0.35;
}

bool is_symptom(mechanism m) { return m == upstream_timeout || m == unknown; }

}  // namespace stook::sre
