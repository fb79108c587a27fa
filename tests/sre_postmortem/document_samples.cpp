// Writes JSON lines for schema_check.py: documents of every verdict, then damaged ones, each with what is
// expected of it.

#include <cstdio>

#include <stook/core/codec.hpp>
#include <stook/core/json.hpp>

#include "made_day.hpp"

namespace {

using namespace stook_test;

void show(const char* name, bool valid, const stook::json& document) {
  const boost::json::object line{{"name", name}, {"valid", valid}, {"document", document}};
  std::puts(stook::dump_json(line).c_str());
}

/// False, with the reason on stderr, where there is no postmortem to show.
bool show_draft(const char* name, made_day& day) {
  const auto drafted = day.draft();
  if (!drafted) {
    std::fprintf(stderr, "%s: %s\n", name, drafted.why().message.c_str());
    return false;
  }
  const stook::json document = stook::to_json(drafted.value());
  show(name, true, document);
  stook::json damaged = document;
  damaged.as_object().erase("provenance");
  show(name, false, damaged);
  return true;
}

}  // namespace

int main() {
  made_day pool;
  made_day quiet(true);
  made_day unsure(true);
  unsure.inputs.found.verdict = verdict::inconclusive;
  made_day no_alternative;
  no_alternative.found().alternatives.clear();
  made_day outside;
  outside.found().hypothesis.service.reset();
  outside.found().trigger.reset();
  outside.inputs.events.clear();
  outside.inputs.model = "some-model";
  outside.inputs.tokens = 1'200;
  made_day ongoing;
  ongoing.metrics.ts.resize(650);
  for (auto& series : ongoing.metrics.series) series.values.resize(650);
  ongoing.inputs.windows[0].end.reset();
  ongoing.found().end.reset();
  const bool all = show_draft("incident", pool) && show_draft("no incident", quiet) &&
                   show_draft("inconclusive", unsure) && show_draft("no alternative", no_alternative) &&
                   show_draft("outside of the telemetry", outside) && show_draft("ongoing", ongoing);
  return all ? 0 : 1;
}
