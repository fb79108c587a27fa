#include <algorithm>
#include <map>
#include <span>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <oncall/postmortem/render.hpp>
#include <oncall/team/instructions.hpp>
#include <oncall/team/team.hpp>
#include <oncall/verify/verify.hpp>
#include <stook/core/json.hpp>
#include <stook/models/scripted_model.hpp>

#include "peers/sre_peer.hpp"

namespace peers {
namespace {

namespace sre = stook::sre;
using stook::json;

// One tool of each agent, by which a model that all share knows who asks.
const std::map<std::string, std::string_view, std::less<>> agent_by_tool{
    {"load_inputs", "coordinator"}, {"detect_incident_window", "profiler"}, {"draft_postmortem", "writer"}};

std::shared_ptr<sre::investigation> open_day(const std::filesystem::path& day) {
  return std::make_shared<sre::investigation>(
      sre::investigation_options{.files = {.metrics = day / "metrics.csv",
                                           .logs = day / "logs.csv",
                                           .events = day / "events.csv",
                                           .topology = day / "topology.csv"}});
}

boost::json::object reply_to_json(const stook::message& reply) {
  boost::json::array calls;
  for (const stook::tool_call& call : reply.calls())
    calls.push_back({{"name", call.name}, {"arguments", stook::parse_json(call.arguments)}});
  return {{"text", reply.text()}, {"calls", std::move(calls)}};
}

class reply_recorder final : public stook::run_listener {
 public:
  void on_event(const stook::event& e) override {
    const auto* replied = std::get_if<stook::model_replied>(&e.what);
    if (replied == nullptr) return;
    json& replies = script_[e.agent];
    if (!replies.is_array()) replies.emplace_array();
    replies.as_array().push_back(reply_to_json(replied->reply));
  }
  json script() const { return script_; }

 private:
  boost::json::object script_;
};

// What tools were asked and what they answered, in the order of their ends.
class call_recorder final : public stook::run_listener {
 public:
  void on_event(const stook::event& e) override {
    if (const auto* started = std::get_if<stook::tool_started>(&e.what)) {
      calls_.push_back({{"agent", e.agent},
                        {"tool", started->call.name},
                        {"arguments", stook::parse_json(started->call.arguments)}});
    } else if (const auto* ended = std::get_if<stook::tool_finished>(&e.what)) {
      const std::string& text = ended->result.text;
      // Behind the JSON, which is one line, there may be notes.
      if (ended->result.ok())
        results_[ended->call.name].push_back(stook::parse_json(text.substr(0, text.find('\n'))));
    }
  }
  const boost::json::array& calls() const { return calls_; }
  const json& result(const std::string& tool, std::size_t number) const {
    return results_.at(tool).at(number);
  }

 private:
  boost::json::array calls_;
  std::map<std::string, std::vector<json>> results_;
};

json rows_of_inputs(const json& loaded) {
  boost::json::object out;
  for (const json& input : loaded.at("inputs").as_array())
    out[input.at("input").as_string()] = input.at("rows");
  return out;
}

json answers_of(const call_recorder& seen, const std::string& text) {
  const json& scan = seen.result("log_pattern_scan", 0).at("scan");
  boost::json::array counts;
  for (const json& signal : scan.at("signals").as_array()) {
    if (!signal.at("kind").as_string().empty())
      counts.push_back({signal.at("service"), signal.at("kind"), signal.at("count")});
  }
  return {{"calls", seen.calls()},
          {"rows", rows_of_inputs(seen.result("load_inputs", 0))},
          {"lines", scan.at("lines")},
          {"error_lines", scan.at("error_lines")},
          {"counts", std::move(counts)},
          {"queries",
           {seen.result("sql_investigate", 0).at("rows"), seen.result("sql_investigate", 1).at("rows")}},
          {"text", text}};
}

stook::chat_reply reply_of(const json& said) {
  std::vector<stook::tool_call> calls;
  for (const json& call : said.at("calls").as_array())
    calls.push_back({.id = {},
                     .name = std::string(call.at("name").as_string()),
                     .arguments = stook::dump_json(call.at("arguments"))});
  if (calls.empty()) return stook::scripted_model::says(std::string(said.at("text").as_string()));
  return stook::scripted_model::calls(std::move(calls));
}

using replies = std::map<std::string, std::vector<stook::chat_reply>, std::less<>>;

const std::vector<stook::chat_reply>& replies_for(const replies& script, std::span<const stook::tool> tools) {
  for (const stook::tool& t : tools) {
    const auto agent = agent_by_tool.find(t.name());
    if (agent != agent_by_tool.end()) return script.at(std::string(agent->second));
  }
  throw std::runtime_error("an agent asks that is not in the script");
}

}  // namespace

json record_script(const std::filesystem::path& day) {
  const auto about = open_day(day);
  reply_recorder recorder;
  const stook::answer a =
      sre::make_team(about).run(std::string(sre::investigation_task), {.listener = &recorder});
  if (!a.ok()) throw std::runtime_error("the investigation by rules did not finish: " + a.reason);
  const json said = recorder.script();
  const auto agent = [&](std::string_view name, std::string_view instructions) {
    return boost::json::object{{"instructions", instructions}, {"replies", said.at(name)}};
  };
  return {{"task", sre::investigation_task},
          {"agents",
           {{"coordinator", agent("coordinator", sre::coordinator_instructions)},
            {"profiler", agent("profiler", sre::profiler_instructions)},
            {"writer", agent("writer", sre::writer_instructions)}}}};
}

std::shared_ptr<stook::chat_model> model_of(const json& script) {
  replies said;
  for (const auto& [agent, made] : script.at("agents").as_object()) {
    for (const json& reply : made.at("replies").as_array())
      said[std::string(agent)].push_back(reply_of(reply));
  }
  return std::make_shared<stook::scripted_model>(
      [said = std::move(said)](const stook::chat_request& request) {
        const auto& mine = replies_for(said, request.tools);
        const auto turn = std::ranges::count(request.messages, stook::role::assistant, &stook::message::from);
        return mine.at(static_cast<std::size_t>(turn));
      });
}

json investigate(const std::filesystem::path& day, const std::shared_ptr<stook::chat_model>& model,
                 bool answers) {
  const auto about = open_day(day);
  call_recorder seen;
  const stook::agent team = sre::make_team(about, {.model = model});
  const stook::answer a =
      team.run(std::string(sre::investigation_task), {.listener = answers ? &seen : nullptr});
  if (!a.ok())
    throw std::runtime_error(
        fmt::format("the investigation did not finish: {}", a.error ? a.error->message : a.reason));
  if (const auto unverified = sre::drop_unverified(*about)) throw std::runtime_error(unverified->message);
  const std::string document = sre::to_json_document(*about->document);
  if (!answers) return document.size();
  return answers_of(seen, a.text);
}

}  // namespace peers
