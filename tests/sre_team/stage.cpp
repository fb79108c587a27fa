#include "stage.hpp"

#include <atomic>

#include <fmt/format.h>
#include <unistd.h>

#include <oncall/team/rules.hpp>
#include <oncall/tools/tools.hpp>

namespace stook::sre::test {
namespace {

std::filesystem::path fresh_directory() {
  static std::atomic<int> count{0};
  return std::filesystem::temp_directory_path() / fmt::format("stook_team_{}_{}", getpid(), ++count);
}

}  // namespace

day_files::day_files(const generate_options& options) : directory_(fresh_directory()) {
  write_day(generate_day(options), directory_);
}

day_files::~day_files() {
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

input_files day_files::files() const {
  return {.metrics = directory_ / "metrics.csv",
          .logs = directory_ / "logs.csv",
          .events = directory_ / "events.csv",
          .topology = directory_ / "topology.csv"};
}

const day_files& usual_day() {
  static const day_files files;
  return files;
}

std::shared_ptr<investigation> investigate(const day_files& day) {
  return std::make_shared<investigation>(investigation_options{
      .files = day.files(), .clock = std::make_shared<manual_clock>(), .tool_version = "test"});
}

run_options fixed() {
  run_options out;
  out.clock = std::make_shared<manual_clock>();
  out.seed = 1;
  return out;
}

cast::cast() : coordinator(coordinator_rules()), profiler(profiler_rules()), writer(writer_rules()) {}

chat_reply cast::generate(const chat_request& request, generation& context) {
  const conversation_view view(request);
  const std::vector<message> messages(request.messages.begin(), request.messages.end());
  if (view.offers("draft_postmortem")) {
    writer_saw = messages;
    return writer->generate(request, context);
  }
  if (view.offers("log_pattern_scan")) {
    if (profiler_saw.empty()) profiler_began_with = messages;
    profiler_saw = messages;
    return profiler->generate(request, context);
  }
  coordinator_saw = messages;
  return coordinator->generate(request, context);
}

std::vector<message> results_of(std::shared_ptr<investigation> about, std::vector<chat_reply> turns) {
  turns.push_back(scripted_model::says("done"));
  const agent all{
      {.name = "all",
       .model = std::make_shared<scripted_model>(std::move(turns)),
       .tools = {load_inputs_tool(about), detect_incident_window_tool(about), sql_investigate_tool(about),
                 log_pattern_scan_tool(about), propose_mitigations_tool(about), draft_postmortem_tool(about)},
       .state = {state_key::of<inputs_report>("inputs"), state_key::of<detection_report>("detection"),
                 state_key::of<finding>("finding"), state_key::of<mitigation_plan>("mitigations"),
                 state_key::of<draft_report>("postmortem")}}};
  return tool_messages(all.run("go", fixed()).transcript);
}

std::vector<message> tool_messages(const std::vector<message>& conversation) {
  std::vector<message> out;
  for (const message& m : conversation) {
    if (m.from() == role::tool) out.push_back(m);
  }
  return out;
}

}  // namespace stook::sre::test
