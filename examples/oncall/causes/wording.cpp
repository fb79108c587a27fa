#include <oncall/causes/wording.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace stook::sre {
namespace {

/// The first signal that the hypothesis rests on.
const log_signal* main_signal(const ranked_cause& h, const log_scan& scan) {
  if (h.evidence.empty()) return nullptr;
  const auto found = std::ranges::find(scan.signals, h.evidence.front(), &log_signal::id);
  return found != scan.signals.end() ? &*found : nullptr;
}

/// Time of day, with seconds where there are some.
std::string clock_text(timestamp t) {
  const std::string text = to_string(t).substr(11, 8);
  return text.ends_with(":00") ? text.substr(0, 5) : text;
}

/// What to refute it by, and where to look.
struct test_of {
  std::string_view falsifier, check;
};

constexpr test_of test_of_silence{
    "it answered as many requests as usual, in their usual time, by its own count",
    "send it a request from the hosts of its callers, and look at its threads, queues and saturation at the "
    "onset"};

test_of test_of_mechanism(mechanism m) {
  switch (m) {
    case mechanism::connection_pool_exhaustion:
      return {"connections in use stayed below the pool's size while the errors were logged",
              "look at pool size, connections in use and waiting time of the service at the onset"};
    case mechanism::lock_contention:
      return {"the database shows no waiting or deadlocked transactions in the window",
              "look at lock waits and deadlocks of the database at the onset, and the statements that hold "
              "the locks"};
    case mechanism::resource_leak:
      return {"memory, disk, threads and descriptors were flat before the onset",
              "look at resource use and restarts of the service over the hours before the onset"};
    case mechanism::bad_change:
      return {"instances without the change fail just as often",
              "compare errors by version, and see whether they end with a rollback"};
    case mechanism::cache_miss_storm:
      return {"the hit ratio of the cache did not fall before the errors began",
              "look at hit ratio, evictions and restarts of the cache at the onset"};
    case mechanism::traffic_surge:
      return {"the service received no more requests than at the same time on other days",
              "count requests by client and endpoint at the onset"};
    case mechanism::network_fault:
      return {"other services reach the same peers without errors in the window",
              "try name resolution, certificates and connections from the service to its peers"};
    case mechanism::external_dependency:
      return {"the dependency answered as usual, by its own status or by other callers",
              "read the status page of the dependency, and send it a request from outside"};
    case mechanism::upstream_timeout:
      return {"the services that it calls answered in their usual time",
              "compare the latency of each call that the service makes, by callee"};
    case mechanism::unknown:
      break;
  }
  return {"the same messages occur as often when nothing is wrong",
          "read raw lines of the signals, with their traces"};
}

}  // namespace

std::string times_text(std::int64_t count) { return count == 1 ? "once" : fmt::format("{} times", count); }

std::string usual_text(double lines) {
  if (lines <= 0) return "none is usual";
  if (lines < 0.5) return fmt::format("almost none ({:.2f}) is usual", lines);
  std::string number = fmt::format("{:.{}f}", lines, lines < 10 ? 1 : 0);
  if (number.ends_with(".0")) number.resize(number.size() - 2);
  return fmt::format("about {} {} usual", number, lines < 1.5 ? "is" : "are");
}

void word(ranked_cause& h, const log_scan& scan) {
  const std::string service = h.service.empty() ? "a service that the logs do not name" : h.service;
  h.statement = h.told_by_callers ? fmt::format("{} does not answer those that call it", service)
                : h.wears_out.empty()
                    ? fmt::format("In {}, {}", service, describe(h.mechanism))
                    : fmt::format("{} exhausts {}: there {}", service, h.wears_out, describe(h.mechanism));
  const log_signal* signal = main_signal(h, scan);
  const std::string& heard_in = !h.wears_out.empty()                     ? h.wears_out
                                : h.told_by_callers && signal != nullptr ? signal->service
                                                                         : h.service;
  if (signal != nullptr && signal->service == heard_in) {
    const std::string& name = signal->kind.empty() ? signal->message : signal->kind;
    h.statement += fmt::format(": {}{} {}", h.told_by_callers ? signal->service + " logged " : "", name,
                               times_text(signal->count));
    for (const slice_share& slice : signal->concentrated) {
      h.statement += fmt::format(", {:.0f} % in {} {}", 100 * slice.share, slice.by, slice.value);
    }
    h.statement += "; " + usual_text(signal->expected);
  }
  if (h.trigger) {
    const trigger_event& t = *h.trigger;
    h.statement += fmt::format("; {}{} at {} UTC came before", t.kind.empty() ? "a change" : t.kind,
                               t.service.empty() ? "" : " of " + t.service, clock_text(t.ts));
  }
  h.statement += '.';
  const test_of test = h.told_by_callers ? test_of_silence : test_of_mechanism(h.mechanism);
  h.falsifier = test.falsifier;
  h.check = test.check;
}

}  // namespace stook::sre
