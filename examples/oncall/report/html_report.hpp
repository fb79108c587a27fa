#pragma once

#include <string>
#include <vector>

#include <oncall/data/events.hpp>
#include <oncall/data/logs.hpp>
#include <oncall/data/metrics.hpp>
#include <oncall/postmortem/document.hpp>

namespace stook::sre {

/// What a report is made of: the document, and the telemetry for its charts. Null: there was none.
struct report_inputs {
  const postmortem& document;
  const metrics_table* metrics = nullptr;
  const log_table* logs = nullptr;
  const std::vector<change_event>* events = nullptr;
};

/// report.html: one page that needs no script and asks no other address for anything. Charts are SVG, colours
/// follow the reader's light or dark setting, every statement links to its evidence and the evidence back.
/// All text of the document and the telemetry is cleaned and escaped, so it makes no markup. Deterministic.
/// Line drawings are thinned (report/downsample.hpp): a day at one sample a minute gives under 400 KB, a
/// month under 1.5 MB.
std::string to_html(const report_inputs& from);

}  // namespace stook::sre
