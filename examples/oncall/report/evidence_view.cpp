#include <oncall/report/evidence_view.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <oncall/report/words.hpp>
#include <oncall/screen/clean_text.hpp>
#include <stook/core/json.hpp>

namespace stook::sre::report {
namespace {

constexpr std::size_t bytes_of_all_results = 250'000;

/// Indented JSON, line by line cleaned, at most `bytes` long. `cut` becomes true where lines are left out.
std::string pretty(const json& value, std::size_t bytes, bool& cut) {
  const std::string text = dump_json_pretty(value);
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = clean_text(std::string_view(text).substr(at, end - at), 2'000);
    if (out.size() + line.size() + 1 > bytes) {
      cut = true;
      break;
    }
    out += line + '\n';
    at = end + 1;
  }
  return out;
}

view quality_note(citation_links& links, std::string text, const evidence_ids& ids) {
  return claim_view(links, {.text = std::move(text), .evidence = ids, .kind = {}, .confidence = {}},
                    "data quality");
}

void add_fact(views& to, const char* name, std::string value) {
  view v(view::type::object);
  put(v, "made_name", name);
  put(v, "made_value", std::move(value));
  to.push_back(std::move(v));
}

}  // namespace

views evidence_views(const postmortem& document, const citation_links& links) {
  const std::size_t bytes = std::clamp<std::size_t>(
      bytes_of_all_results / std::max<std::size_t>(document.evidence.size(), 1), 500, 12'000);
  views out;
  for (const evidence_item& item : document.evidence) {
    view v(view::type::object);
    bool cut = item.truncated;
    put(v, "ev_result", pretty(item.result, bytes, cut));
    put_flag(v, "ev_cut", cut);
    put(v, "ev_id", shown(item.id, 20));
    put(v, "ev_tool", words_of(shown(item.tool, 100)));
    put(v, "ev_rows", count_text(item.rows, "row", "rows"));
    put(v, "ev_query", item.query == "{}" ? "everything" : shown(item.query, 1'500));
    put(v, "ev_window",
        item.window.size() == 2 && item.window[1] > item.window[0] ? span_text(item.window[0], item.window[1])
                                                                   : std::string());
    put(v, "ev_source", shown(item.source, 300));
    put(v, "ev_digest", shown(item.result_digest, 80));
    views by = links.cited_by(item.id);
    put_flag(v, "ev_cited", !by.empty());
    put_list(v, "ev_by", std::move(by));
    out.push_back(std::move(v));
  }
  return out;
}

void put_quality(view& page, const postmortem& document, citation_links& links) {
  const data_quality& quality = document.data_quality;
  views out;
  for (const gap_note& gap : quality.gaps) {
    out.push_back(quality_note(links,
                               fmt::format("Gap in {}: {} UTC, {} of its samples", gap.source,
                                           span_text(gap.start, gap.end), percent_text(gap.missing_fraction)),
                               {}));
  }
  for (const clock_skew_note& skew : quality.clock_skew) {
    out.push_back(quality_note(links,
                               fmt::format("The clock of {} is {} by {:g} s", skew.source,
                                           skew.seconds < 0 ? "slow" : "fast", std::abs(skew.seconds)),
                               skew.evidence));
  }
  if (quality.redactions > 0)
    out.push_back(
        quality_note(links, count_text(quality.redactions, "value was", "values were") + " redacted", {}));
  for (const std::string& text : quality.suspected_injection)
    out.push_back(quality_note(links, "Suspicious text in the data: " + text, {}));
  for (const std::string& text : quality.notes) out.push_back(quality_note(links, text, {}));
  put_flag(page, "has_quality", !out.empty());
  put_list(page, "quality", std::move(out));
}

void put_provenance(view& page, const postmortem& document) {
  const provenance& made = document.provenance;
  views facts, inputs;
  add_fact(facts, "Written by", shown(made.tool_version, 100));
  add_fact(facts, "At", instant_text(timestamp::from_seconds(made.generated_at.seconds())) + " UTC");
  const auto* model = std::get_if<std::string>(&made.model);
  add_fact(facts, "Language model", model ? shown(*model, 200) : "none: rules decided");
  if (made.tokens) add_fact(facts, "Tokens", count_text(*made.tokens, "token", "tokens"));
  if (made.cost_usd) add_fact(facts, "Cost", fmt::format("{:.4f} USD", *made.cost_usd));
  add_fact(facts, "Run", shown(made.run_id, 100));
  for (const std::string& edit : made.human_edits) add_fact(facts, "Edited by a person", shown(edit));
  for (const input_note& input : made.inputs) {
    view v(view::type::object);
    put(v, "input_path", shown(input.path, 300));
    put(v, "input_rows", count_text(input.rows, "row", "rows"));
    put(v, "input_digest", shown(input.sha256, 80));
    inputs.push_back(std::move(v));
  }
  put_list(page, "provenance", std::move(facts));
  put_list(page, "inputs", std::move(inputs));
}

}  // namespace stook::sre::report
