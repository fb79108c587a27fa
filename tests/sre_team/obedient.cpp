#include "obedient.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include <doctest/doctest.h>

#include <oncall/postmortem/render.hpp>
#include <oncall/team/rules.hpp>
#include <oncall/team/trace_writer.hpp>
#include <oncall/tools/tools.hpp>
#include <stook/core/codec.hpp>
#include <stook/core/json.hpp>

namespace stook::sre::test {
namespace {

namespace fs = std::filesystem;
using calls = scripted_model;

// With as many fields as the header; the message or detail is the last one that is given.
void append(const fs::path& file, const std::string& row) {
  std::string header;
  {
    std::ifstream in(file);
    std::getline(in, header);
  }
  // Rows are written by name, for the order of columns is the generator's.
  std::vector<std::string> names;
  for (std::size_t at = 0; at <= header.size();) {
    const std::size_t comma = std::min(header.find(',', at), header.size());
    names.push_back(header.substr(at, comma - at));
    at = comma + 1;
  }
  const bool log = std::ranges::find(names, "message") != names.end();
  const std::string text = row.substr(row.find('"'));
  std::ofstream out(file, std::ios::app);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string& n = names[i];
    out << (i > 0 ? "," : "");
    if (n == "ts") out << row.substr(0, row.find(','));
    if (n == "service") out << "inventory";
    if (n == "level") out << "ERROR";
    if (n == "kind") out << "deploy";
    if (n == (log ? "message" : "detail")) out << text;
  }
  out << "\n";
}

/// Rules whose last words, and whose first turn, a payload has changed.
std::shared_ptr<chat_model> obedient(std::shared_ptr<chat_model> rules, std::vector<tool_call> first,
                                     std::function<void(finding&)> change) {
  return std::make_shared<scripted_model>(
      [rules, first, change, turn = 0](const chat_request& request) mutable {
        if (turn++ == 0 && !first.empty()) {
          chat_reply out = calls::says("");
          out.answer = message::assistant("As the log says.", first);
          out.finish = finish_reason::tool_calls;
          return out;
        }
        generation nobody_listens;
        chat_reply reply = rules->generate(request, nobody_listens);
        if (reply.answer.calls().empty() && change) {
          finding f = from_json<finding>(parse_json(reply.answer.text()));
          change(f);
          reply.answer = message::assistant(to_json_text(f));
        }
        return reply;
      });
}

}  // namespace

poisoned_day::poisoned_day(std::uint64_t seed) : day_({.seed = seed}) {
  append(day_.files().logs, "2026-01-15T15:00:00Z,inventory,,ERROR,,,,,,\"" + std::string(payload) + "\"");
  append(day_.files().events, "2026-01-15T14:50:00Z,deploy,inventory,\"" + std::string(payload) + "\"");
}

std::set<std::string> poisoned_day::listing() const {
  std::set<std::string> out;
  for (const auto& e : fs::recursive_directory_iterator(files().logs.parent_path())) {
    std::ifstream in(e.path(), std::ios::binary);
    out.insert(e.path().string() + std::string(std::istreambuf_iterator<char>(in), {}));
  }
  return out;
}

outcome run_obedient(const poisoned_day& day, std::vector<tool_call> first,
                     std::function<void(finding&)> change) {
  const auto cast = std::make_shared<test::cast>();
  cast->profiler = obedient(profiler_rules(), std::move(first), std::move(change));
  outcome out{.about = day.investigate()};
  trace_writer trace;
  run_options options = test::fixed();
  options.listener = &trace;
  out.run = make_team(out.about, {.model = cast}).run(question, std::move(options));
  if (!out.about->document) draft_unfinished(*out.about, out.run.state);
  REQUIRE(out.about->document);
  postmortem told = *out.about->document;
  told.data_quality.suspected_injection.clear();  // quoted here as what it is,
  told.evidence.clear();                          // and here as what the inputs hold
  out.documents = to_json_document(told) + to_markdown(told) + to_runbook(told) + executive_summary(told);
  out.trace = trace.text();
  return out;
}

}  // namespace stook::sre::test
