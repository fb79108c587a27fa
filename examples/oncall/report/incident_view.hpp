#pragma once

#include <functional>
#include <string>
#include <vector>

#include <oncall/postmortem/document.hpp>
#include <oncall/report/citations_view.hpp>

namespace stook::sre::report {

/// What an incident's section needs beside the incident.
struct incident_context {
  const postmortem& document;
  citation_links& links;
  timestamp data_end{};  ///< where an incident without an end is drawn to
  /// The mark of the change at an instant, "A"; empty where the charts show none.
  std::function<std::string(timestamp)> mark_at;
};

/// "I1": what the page calls the incident of that number, from 1 on, and what its anchors begin with.
std::string name_of_incident(std::size_t number);

time_span span_of(const incident& each, timestamp data_end);

/// Its line among the others at the top of the page.
view card_view(const incident& each, std::size_t number);

/// Its section, without the charts.
view incident_view(const incident& each, std::size_t number, const incident_context& context);

}  // namespace stook::sre::report
