#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <oncall/mitigation/mechanism.hpp>
#include <stook/core/describe.hpp>

namespace stook::sre {

enum class action_type { prevent, detect, mitigate, process };
BOOST_DESCRIBE_ENUM(action_type, prevent, detect, mitigate, process)

enum class action_priority { P0, P1, P2, P3 };
BOOST_DESCRIBE_ENUM(action_priority, P0, P1, P2, P3)

/// What an action can break. Nothing but `read_only` is ever done without a person.
enum class action_risk { read_only, reversible, destructive };
BOOST_DESCRIBE_ENUM(action_risk, read_only, reversible, destructive)

enum class action_approval { none, on_call, incident_commander };
BOOST_DESCRIBE_ENUM(action_approval, none, on_call, incident_commander)

/// One entry of the catalogue. In its texts `{service}` stands for the service that failed and `{change}` for
/// the change that set it off.
struct mitigation {
  std::string id;
  std::string title;
  action_type type{};
  std::string owner;  ///< a team, or "service": the owner of the service that failed
  int eta_days = 0;
  action_priority priority{};
  action_risk risk{};
  action_approval approval{};
  std::vector<failure_mechanism> causes;
  std::vector<trigger_kind> triggers;  ///< only after one of these; empty: after any
  std::vector<std::string> services;   ///< only for one of these; empty: for any
  std::string do_;
  std::string command;
  std::string expect;
  std::string if_not;
  std::string rollback;
  std::string verification;
};
STOOK_DESCRIBE(mitigation, (id, "Stable name", stook::matching{"^[a-z0-9][a-z0-9-]{1,63}$"}),
               (title, "One line", stook::length{1, 160}), (type),
               (owner, "Team, or \"service\"", stook::length{1, 80}),
               (eta_days, "Days until done", stook::between{0, 365}), (priority), (risk), (approval),
               (causes, "Mechanisms that it helps against", stook::length{1, 16}),
               (triggers, "Only after one of these", stook::defaulted),
               (services, "Only for one of these", stook::defaulted),
               (do_, "The step, as an order", stook::length{1, 600}),
               (command, "What to type; may be empty", stook::length{0, 600}, stook::defaulted),
               (expect, "What is seen if it works", stook::length{1, 400}),
               (if_not, "What to do otherwise", stook::length{1, 400}),
               (rollback, "How to undo it", stook::length{1, 400}),
               (verification, "How we know that it is done", stook::length{1, 400}))

/// Actions that are known to help, each with the mechanisms it is for. Immutable once read.
struct catalogue {
  std::vector<mitigation> entries;
};
STOOK_DESCRIBE(catalogue, (entries, "The actions", stook::length{1, 1000}))

/// Reads and checks a catalogue. Throws `error` with code `catalogue`, which names the path in the document,
/// for what does not fit the form, two entries of one id, and an action that changes something and asks
/// nobody (a risk above `read_only` with the approval `none`, or `destructive` without the incident
/// commander).
catalogue parse_catalogue(std::string_view json_text);
/// The same from a file of at most 4 MiB; the message also names the file.
catalogue load_catalogue(const std::filesystem::path& file);
/// The catalogue that the program carries: default_catalogue.json beside this header. Knows every mechanism.
const catalogue& default_catalogue();

/// Which team owns which service.
struct service_owners {
  std::map<std::string, std::string> teams;
};
STOOK_DESCRIBE(service_owners, (teams, "Team by service"))
/// Reads `{"teams": {"payments": "team-pay"}}`. Throws `error` with code `service_owners`.
service_owners load_owners(const std::filesystem::path& file);

/// The team of a service, or "UNASSIGNED".
std::string owner_of(const service_owners& owners, std::string_view service);

/// What is asked of the catalogue.
struct mitigation_request {
  failure_mechanism cause = failure_mechanism::unknown;
  std::string service{};  ///< empty: not known
  trigger_kind trigger = trigger_kind::unknown;
  std::string change{};  ///< the change that set it off, in words; may be empty
};

/// Entries that help against the cause, best first: those for this trigger, then those for this service, then
/// by priority, risk and id. Matched by the names of mechanisms and services as wholes, never by a part.
/// Owners are filled in, and the texts' `{service}` and `{change}`.
std::vector<mitigation> propose(const catalogue& from, const mitigation_request& request,
                                const service_owners& owners = {});

}  // namespace stook::sre
