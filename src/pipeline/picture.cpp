#include <functional>
#include <string>

#include <fmt/format.h>

#include <pipeline/plan.hpp>
#include <pipeline/run_core.hpp>

#include <stook/pipeline/pipeline.hpp>

namespace stook {
namespace {

// Text inside double quotes, for both languages: no quote, no line break, no escape of ours.
std::string quoted(std::string_view text, std::string_view quote) {
  std::string out;
  for (const char c : text) {
    if (c == '"') {
      out += quote;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == '\\') {
      out += ' ';
    } else {
      out += c;
    }
  }
  return out;
}

std::string time_text(std::chrono::nanoseconds t) {
  const double micros = static_cast<double>(t.count()) / 1e3;
  return micros < 1e3 ? fmt::format("{:.1f} µs", micros) : fmt::format("{:.1f} ms", micros / 1e3);
}

// What a run adds to the label of a component; empty without a run.
std::string overlay(const component& c, const pipeline_result* run) {
  if (!run) return {};
  const unsigned visits = run->visits(c.name());
  if (visits == 0) return "skipped";
  std::string out = visits == 1 ? "1 visit" : fmt::format("{} visits", visits);
  const auto time = run->time_in(c.name());
  if (time.count() > 0) out += ", " + time_text(time);
  return out;
}

bool skipped(const component& c, const pipeline_result* run) { return run && run->visits(c.name()) == 0; }

std::string edge_label(const detail::graph& g, const detail::graph::edge& e) {
  const std::string& output = g.components[e.from].outputs()[e.output].name;
  const std::string& input = g.components[e.to].inputs()[e.input].name;
  return output == input ? output : output + " → " + input;
}

}  // namespace

std::string pipeline::mermaid(const pipeline_result* run) const {
  const detail::graph& g = core_->parts;
  std::string out = "flowchart TD\n";
  for (std::size_t i = 0; i < g.components.size(); ++i) {
    const component& c = g.components[i];
    const std::string more = overlay(c, run);
    out += fmt::format("  n{}[\"{}{}{}\"]{}\n", i, quoted(c.name(), "#quot;"), more.empty() ? "" : "<br/>",
                       more, skipped(c, run) ? ":::skipped" : "");
  }
  for (const detail::graph::edge& e : g.edges) {
    out += fmt::format("  n{} -- \"{}\" --> n{}\n", e.from, quoted(edge_label(g, e), "#quot;"), e.to);
  }
  if (run) out += "  classDef skipped stroke-dasharray: 4 4,color:#888\n";
  return out;
}

std::string pipeline::dot(const pipeline_result* run) const {
  const detail::graph& g = core_->parts;
  std::string out = "digraph pipeline {\n  node [shape=box];\n";
  for (std::size_t i = 0; i < g.components.size(); ++i) {
    const component& c = g.components[i];
    const std::string more = overlay(c, run);
    out += fmt::format("  n{} [label=\"{}{}{}\"{}];\n", i, quoted(c.name(), "\\\""),
                       more.empty() ? "" : "\\n", more, skipped(c, run) ? ", style=dashed" : "");
  }
  for (const detail::graph::edge& e : g.edges) {
    out += fmt::format("  n{} -> n{} [label=\"{}\"];\n", e.from, e.to, quoted(edge_label(g, e), "\\\""));
  }
  return out + "}\n";
}

}  // namespace stook
