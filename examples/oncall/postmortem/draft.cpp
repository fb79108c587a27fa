#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <boost/json/array.hpp>

#include <oncall/postmortem/draft_incident.hpp>
#include <stook/core/codec.hpp>

namespace stook::sre {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t max_listed = 30;

result<postmortem> refused(const std::vector<draft_problem>& problems) {
  std::vector<std::string> lines;
  for (const draft_problem& problem : problems) {
    if (lines.size() == max_listed) {
      lines.push_back(fmt::format("and {} more", problems.size() - max_listed));
      break;
    }
    lines.push_back(problem.path + ": " + problem.what);
  }
  return failure{.code = "postmortem_refused",
                 .message = fmt::format("{} of the draft's statements do not hold:\n{}", problems.size(),
                                        fmt::join(lines, "\n")),
                 .hint =
                     "Cite the evidence that holds each number and name, correct what it does not bear "
                     "out, or leave it out; then draft again."};
}

/// The input that the metrics, or the events, came from: by the columns that only they have.
const input_report* report_with(const std::vector<input_report>& reports,
                                std::initializer_list<std::string_view> columns) {
  for (const input_report& report : reports) {
    const bool all = std::all_of(columns.begin(), columns.end(), [&](std::string_view column) {
      return std::find(report.columns.begin(), report.columns.end(), column) != report.columns.end();
    });
    if (all) return &report;
  }
  return nullptr;
}

/// Which detected window a finding is about: the one that begins and ends where it says, within a minute or
/// the detector's own uncertainty.
const detected_window* window_of(const incident_finding& found, const std::vector<detected_window>& windows) {
  const auto near = [](timestamp a, timestamp b, std::int64_t uncertainty_s) {
    return std::chrono::abs(a - b) <=
           std::max(std::chrono::microseconds(60s),
                    std::chrono::microseconds(std::chrono::seconds(uncertainty_s)));
  };
  for (const detected_window& w : windows) {
    if (!near(found.start, w.start, w.start_uncertainty_s)) continue;
    if (found.end.has_value() != w.end.has_value()) continue;
    if (!w.end || near(*found.end, *w.end, w.end_uncertainty_s)) return &w;
  }
  return nullptr;
}

std::string text_of(const detected_window& w) {
  return fmt::format("{} to {}", to_string(w.start), w.end ? to_string(*w.end) : "the end of the data");
}

/// Holds the finding's verdict against the detector's windows.
void check_verdict(const draft_inputs& in, citation_check& check) {
  const finding& found = in.found;
  if (found.verdict == verdict::incident && in.windows.empty()) {
    check.note("verdict",
               "is incident, and the detector found no window: expected no_incident or inconclusive");
  }
  if (found.verdict != verdict::incident && !in.windows.empty()) {
    check.note("verdict",
               fmt::format("is not incident, and the detector found {} window(s), the first {}: expected "
                           "incident, with the confidence inconclusive where the cause is not known",
                           in.windows.size(), text_of(in.windows.front())));
  }
  if (found.verdict != verdict::incident && !found.incidents.empty()) {
    check.note("incidents", "are given, and the verdict says that there are none");
  }
  std::set<const detected_window*> covered;
  for (std::size_t i = 0; i < found.incidents.size(); ++i) {
    const detected_window* w = window_of(found.incidents[i], in.windows);
    const std::string path = fmt::format("incidents[{}]", i);
    if (!w) {
      std::vector<std::string> known;
      for (const detected_window& each : in.windows) known.push_back(text_of(each));
      check.note(path, fmt::format("has no detected window of its times; there are: {}",
                                   known.empty() ? "none" : fmt::format("{}", fmt::join(known, "; "))));
    } else if (!covered.insert(w).second) {
      check.note(path, "is a second finding for one window");
    }
  }
  for (std::size_t i = 0; i < in.windows.size(); ++i) {
    const detected_window& w = in.windows[i];
    const std::string path = fmt::format("windows[{}]", i);
    if (check.instant(path + ".start", w.start, w.evidence) && w.end) {
      check.instant(path + ".end", *w.end, w.evidence);
    }
    if (found.verdict == verdict::incident && !covered.contains(&w)) {
      check.note("incidents", fmt::format("do not tell about the detected window {}", text_of(w)));
    }
  }
}

observation observed(const char* tool, std::string query, const time_span& over, json result,
                     std::int64_t rows, const input_report* from) {
  return {.tool = tool,
          .query = std::move(query),
          .source = from ? from->path : std::string(),
          .source_digest = from ? from->sha256 : std::string(),
          .from = over.start,
          .to = over.end,
          .result = std::move(result),
          .rows = rows};
}

observation observed(const draft_inputs& in, const impact_query& asked, const impact_measure& impact) {
  const input_report* file =
      in.metrics->series.empty() ? nullptr : report_with(in.reports, {in.metrics->series.front().name});
  return observed("measure_impact", to_json_text(asked), asked.window, to_json(impact), impact.samples, file);
}

}  // namespace

timestamp end_of(const metrics_table& metrics) {
  if (metrics.ts.empty()) return {};
  const std::size_t n = metrics.ts.size();
  return metrics.ts.back() + (n > 1 ? metrics.ts[n - 1] - metrics.ts[n - 2] : std::chrono::microseconds(60s));
}

observation observe_impact(const draft_inputs& in, const impact_query& asked) {
  return observed(in, asked, measure_impact(*in.metrics, asked));
}

observation observe_changes(const draft_inputs& in, const time_span& span) {
  json changes = list_changes(in.events, span);
  const auto rows = static_cast<std::int64_t>(changes.as_array().size());
  return observed("list_changes", to_json_text(span), span, std::move(changes), rows,
                  report_with(in.reports, {"kind", "detail"}));
}

void measure(incident_draft& draft, evidence_log& log) {
  const draft_inputs& in = draft.inputs;
  std::vector<time_span> loud;
  for (const detected_window& w : in.windows) loud.push_back({w.start, w.end.value_or(draft.data_end)});
  draft.asked = impact_query_for(*in.metrics, draft.span(), std::move(loud), in.objective);
  draft.impact = measure_impact(*in.metrics, draft.asked);
  draft.impact_id = log.record(observed(in, draft.asked, draft.impact));
  if (!report_with(in.reports, {"kind", "detail"}) && in.events.empty()) return;
  draft.changes_id = log.record(observe_changes(in, draft.around()));
}

data_quality quality_of(const draft_inputs& in, int dropped) {
  data_quality out{.gaps = {},
                   .clock_skew = in.clock_skew,
                   .redactions = in.redactions,
                   .suspected_injection = {},
                   .notes = {}};
  for (const std::string& text : in.suspected_injection) {
    if (out.suspected_injection.size() < max_quality_notes) out.suspected_injection.push_back(one_line(text));
  }
  const auto note = [&](std::string_view text) {
    if (out.notes.size() < max_quality_notes) out.notes.push_back(one_line(text));
  };
  if (dropped > 0)
    note(fmt::format("{} statement(s) of the finding were left out: their evidence does not bear them out",
                     dropped));
  if (!in.left_out.empty())
    note(fmt::format("{} statement(s) of the model were left out or replaced, for the code cannot back them",
                     in.left_out.size()));
  for (std::size_t i = 0; i < std::min(in.left_out.size(), max_listed); ++i)
    note("Left out: " + in.left_out[i]);
  if (in.objective.assumed && !in.windows.empty()) {
    note(fmt::format("No objective was given: {:g} % over {} days is assumed", in.objective.slo * 100,
                     in.objective.window_days));
    note("The error budget is extrapolated from the requests of these data");
  }
  for (const std::string& text : in.quality_notes) note(text);
  for (const input_report& report : in.reports) {
    std::uint64_t missing = 0;
    for (const data_gap& gap : report.gaps) missing += gap.missing;
    for (const data_gap& gap : report.gaps) {
      out.gaps.push_back({one_line(report.path), gap.from, gap.to,
                          static_cast<double>(gap.missing) / static_cast<double>(report.rows + missing)});
    }
    for (const std::string& line : describe(report)) note(line);
  }
  return out;
}

namespace {

provenance provenance_of(const draft_inputs& in, timestamp now) {
  provenance out{.tool_version = in.tool_version,
                 .model = {},
                 .run_id = in.run_id,
                 .generated_at = now,
                 .tokens = in.tokens,
                 .cost_usd = in.cost_usd,
                 .human_edits = {},
                 .inputs = {}};
  if (in.model) out.model = *in.model;
  for (const input_report& report : in.reports) {
    out.inputs.push_back({one_line(report.path), report.sha256, static_cast<std::int64_t>(report.rows)});
  }
  return out;
}

/// What a day without a told incident says: the verdict itself, and what it rests on.
int add_quiet_summary(const draft_inputs& in, citation_check& check, postmortem& out) {
  const bool quiet = in.found.verdict == verdict::no_incident;
  out.summary.push_back({.text = std::string(quiet ? no_incident_sentence : inconclusive_sentence),
                         .evidence = in.detection_evidence,
                         .kind = claim_kind::measured,
                         .confidence = {}});
  check.ids("detection_evidence", in.detection_evidence);
  int dropped = 0;
  for (std::size_t i = 0; i < in.found.key_facts.size(); ++i) {
    const cited_text& fact = in.found.key_facts[i];
    const std::size_t before = check.problems().size();
    if (check.text(fmt::format("key_facts[{}]", i), fact.text, fact.evidence)) {
      if (out.summary.size() < 10) {
        out.summary.push_back({one_line(fact.text, 600), fact.evidence, claim_kind::measured, {}});
      }
    } else if (in.unsupported == unsupported_claims::drop) {
      check.problems().resize(before);
      ++dropped;
    }
  }
  return dropped;
}

void check_choices(const draft_inputs& in, const catalogue& actions, timestamp data_end,
                   citation_check& check) {
  for (std::size_t i = 0; i < in.mitigations.size(); ++i) {
    const auto known = std::find_if(actions.entries.begin(), actions.entries.end(),
                                    [&](const mitigation& entry) { return entry.id == in.mitigations[i]; });
    const std::string path = fmt::format("mitigations[{}]", i);
    if (known == actions.entries.end()) {
      check.note(path,
                 fmt::format("names {}, which is not in the catalogue", one_line(in.mitigations[i], 80)));
      continue;
    }
    const bool helps =
        std::any_of(in.found.incidents.begin(), in.found.incidents.end(), [&](const auto& each) {
          return std::find(known->causes.begin(), known->causes.end(), each.hypothesis.mechanism) !=
                 known->causes.end();
        });
    if (!helps) check.note(path, fmt::format("names {}, which helps against none of the causes", known->id));
  }
  for (std::size_t i = 0; i < in.timeline.size(); ++i) {
    const timestamp t = in.timeline[i].t;
    const bool near = std::any_of(in.windows.begin(), in.windows.end(), [&](const detected_window& w) {
      return t >= w.start - 6h && t <= w.end.value_or(data_end) + 1h;
    });
    if (!near) {
      check.note(fmt::format("timeline[{}]", i),
                 fmt::format("is at {}, from six hours before to one hour after no incident", to_string(t)));
    }
  }
}

}  // namespace

std::vector<claim> day_summary(const std::vector<incident>& incidents) {
  std::vector<claim> out;
  for (const incident& each : incidents) {
    for (const claim& sentence : each.summary) {
      const bool first = &sentence == &each.summary.front();
      const bool cause = sentence.kind == claim_kind::inferred;
      if ((first || cause) && out.size() < 10) out.push_back(sentence);
    }
  }
  return out;
}

result<postmortem> draft_postmortem(const draft_inputs& in, evidence_log& log) {
  if (!in.metrics) throw error("draft_inputs", "draft_inputs::metrics is null: the metrics are expected");
  const auto find = [&log](std::string_view id) { return log.find(id); };
  citation_check check(find);
  check_verdict(in, check);
  if (!check.problems().empty()) return refused(check.problems());

  const catalogue& actions = in.actions ? *in.actions : default_catalogue();
  const timestamp data_end = end_of(*in.metrics);
  check_choices(in, actions, data_end, check);
  postmortem out;
  out.verdict = in.found.verdict;
  int dropped = 0;
  std::vector<std::pair<const detected_window*, std::size_t>> order;
  for (std::size_t i = 0; i < in.found.incidents.size(); ++i) {
    order.emplace_back(window_of(in.found.incidents[i], in.windows), i);
  }
  std::sort(order.begin(), order.end(),
            [](const auto& a, const auto& b) { return a.first->start < b.first->start; });
  for (const auto& [window, i] : order) {
    incident_draft draft{.inputs = in,
                         .found = in.found.incidents[i],
                         .window = *window,
                         .actions = actions,
                         .index = out.incidents.size(),
                         .path = fmt::format("incidents[{}]", i),
                         .data_end = data_end};
    measure(draft, log);
    out.incidents.push_back(make_incident(draft, check));
    dropped += draft.dropped;
  }
  if (out.incidents.empty()) dropped += add_quiet_summary(in, check, out);
  if (!out.incidents.empty()) out.summary = day_summary(out.incidents);
  out.data_quality = quality_of(in, dropped);
  out.provenance = provenance_of(in, log.now());
  out.evidence.assign(log.items().begin(), log.items().end());
  if (check.problems().empty()) check.problems() = check_postmortem(out);
  if (!check.problems().empty()) return refused(check.problems());
  return out;
}

}  // namespace stook::sre
