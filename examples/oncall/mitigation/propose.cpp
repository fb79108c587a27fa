#include <algorithm>
#include <tuple>

#include <oncall/mitigation/catalogue.hpp>

namespace stook::sre {
namespace {

template <typename T, typename U>
bool holds(const std::vector<T>& all, const U& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

bool helps(const mitigation& entry, const mitigation_request& request) {
  return holds(entry.causes, request.cause) &&
         (entry.triggers.empty() || holds(entry.triggers, request.trigger)) &&
         (entry.services.empty() || holds(entry.services, request.service));
}

/// One pass: a value that itself holds a place holder is not filled in again.
void fill_in(std::string& text, std::string_view service, std::string_view change) {
  constexpr std::string_view service_mark = "{service}";
  constexpr std::string_view change_mark = "{change}";
  std::string out;
  for (std::string_view rest = text; !rest.empty();) {
    if (rest.starts_with(service_mark)) {
      out += service;
      rest.remove_prefix(service_mark.size());
    } else if (rest.starts_with(change_mark)) {
      out += change;
      rest.remove_prefix(change_mark.size());
    } else {
      out += rest.front();
      rest.remove_prefix(1);
    }
  }
  text = std::move(out);
}

}  // namespace

std::vector<mitigation> propose(const catalogue& from, const mitigation_request& request,
                                const service_owners& owners) {
  std::vector<mitigation> out;
  std::copy_if(from.entries.begin(), from.entries.end(), std::back_inserter(out),
               [&](const mitigation& entry) { return helps(entry, request); });
  const auto rank = [](const mitigation& entry) {
    return std::tuple(entry.triggers.empty(), entry.services.empty(), entry.priority, entry.risk,
                      std::string_view(entry.id));
  };
  std::sort(out.begin(), out.end(), [&](const auto& a, const auto& b) { return rank(a) < rank(b); });

  const std::string service = request.service.empty() ? "the failing service" : request.service;
  const std::string change = request.change.empty() ? "the change" : request.change;
  for (mitigation& entry : out) {
    if (entry.owner == "service") entry.owner = owner_of(owners, request.service);
    for (std::string* text : {&entry.title, &entry.do_, &entry.command, &entry.expect, &entry.if_not,
                              &entry.rollback, &entry.verification}) {
      fill_in(*text, service, change);
    }
  }
  return out;
}

}  // namespace stook::sre
