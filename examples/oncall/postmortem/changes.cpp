#include <boost/json/value.hpp>

#include <oncall/postmortem/postmortem.hpp>

namespace stook::sre {

json list_changes(const std::vector<change_event>& events, const time_span& span) {
  boost::json::array rows;
  for (const change_event& event : events) {
    if (event.ts < span.start || event.ts > span.end) continue;
    rows.push_back({{"t", to_string(event.ts)},
                    {"kind", event.kind},
                    {"service", event.service},
                    {"detail", event.detail}});
  }
  return rows;
}

}  // namespace stook::sre
