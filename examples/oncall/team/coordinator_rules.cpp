#include <optional>

#include <fmt/format.h>
#include <boost/json/value.hpp>

#include <oncall/team/rules.hpp>
#include <oncall/team/team.hpp>
#include <stook/core/error.hpp>

namespace stook::sre {
namespace {

constexpr int attempts = 2;  // of each step, as the instructions say

message call_of(std::string_view tool, std::string arguments) {
  return message::assistant(
      "", {tool_call{.id = {}, .name = std::string(tool), .arguments = std::move(arguments)}});
}

bool wanted(const conversation_view& v, std::string_view tool) {
  return v.successes_of(tool) == 0 && v.calls_of(tool) < attempts;
}

std::optional<finding> finding_of(const conversation_view& v) {
  const std::string_view text = v.result_of(profiler_tool);
  if (text.empty()) return std::nullopt;
  try {
    return read_result<finding>(text);
  } catch (const error&) {  // the profiler ended without a whole finding
    return std::nullopt;
  }
}

bool has_incident(const conversation_view& v) {
  const auto found = finding_of(v);
  return found && found->verdict == verdict::incident;
}

message ask_profiler(const conversation_view& v) {
  return call_of(
      profiler_tool,
      to_json_text(profiler_task{.goal = std::string(v.task()),
                                 .tables = read_result<inputs_report>(v.result_of("load_inputs")).tables}));
}

message report(const conversation_view& v) {
  const std::string_view written = v.result_of(writer_tool);
  if (!written.empty()) {
    return message::assistant(fmt::format("{}", fmt::join(read_result<draft_report>(written).summary, "\n")));
  }
  const message& last = v.last();
  return message::assistant(
      fmt::format("The investigation is not finished. The last answer was: {}", last.text().substr(0, 400)));
}

}  // namespace

std::shared_ptr<chat_model> coordinator_rules() {
  using view = const conversation_view&;
  return std::make_shared<rule_model>(
      "coordinator rules",
      std::vector<rule>{
          {"load the inputs", [](view v) { return wanted(v, "load_inputs"); },
           [](view) { return call_of("load_inputs", "{}"); }},
          {"have it profiled",
           [](view v) { return v.successes_of("load_inputs") > 0 && wanted(v, profiler_tool); },
           [](view v) { return ask_profiler(v); }},
          {"propose mitigations", [](view v) { return has_incident(v) && wanted(v, "propose_mitigations"); },
           [](view) { return call_of("propose_mitigations", "{}"); }},
          {"have it written", [](view v) { return finding_of(v).has_value() && wanted(v, writer_tool); },
           [](view) {
             return call_of(writer_tool,
                            to_json_text(writer_task{.goal = "Write the postmortem of this day."}));
           }},
          {"report", [](view) { return true; }, [](view v) { return report(v); }}});
}

}  // namespace stook::sre
