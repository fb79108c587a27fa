// A team of two: a coordinator delegates to a profiler, which has the tools.
//
//     task --> coordinator --> profiler --> slowest_service
//                   |              |
//                   v              v
//                answer      typed finding
//
// Rules stand in for the language models: "when the conversation looks so, reply so". The agents around them
// are the same with any other chat model.

#include <fmt/format.h>
#include <stook/stook.hpp>

struct question {
  std::string symptom;
};
STOOK_DESCRIBE(question, (symptom, "What people see", stook::length{1, 500}))

struct finding {
  std::string service;
  int p95_ms = 0;
};
STOOK_DESCRIBE(finding, (service, "The service that is to blame"),
               (p95_ms, "Its latency", stook::at_least{0}))

struct no_arguments {};
STOOK_DESCRIBE(no_arguments)

namespace {

using stook::conversation_view;
using stook::message;

stook::rule when_not_called(std::string tool, std::string arguments) {
  return {.name = "call " + tool,
          .when = [tool](const conversation_view& seen) { return seen.calls_of(tool) == 0; },
          .reply =
              [=](const conversation_view&) {
                return message::assistant("", {{.id = "", .name = tool, .arguments = arguments}});
              }};
}

stook::rule otherwise(std::function<std::string(const conversation_view&)> say) {
  return {.name = "answer",
          .when = [](const conversation_view&) { return true; },
          .reply = [say = std::move(say)](
                       const conversation_view& seen) { return message::assistant(say(seen)); }};
}

stook::agent make_profiler() {
  stook::tool slowest{"slowest_service", "Names the service with the highest latency.", stook::reads,
                      [](no_arguments) { return finding{.service = "payments", .p95_ms = 2350}; }};
  std::vector<stook::rule> rules{when_not_called("slowest_service", "{}"),
                                 otherwise([](const conversation_view& seen) {
                                   return std::string(seen.result_of("slowest_service"));
                                 })};
  return stook::agent{{.name = "profiler",
                       .instructions = "Find the service that is to blame, and prove it.",
                       .model = std::make_shared<stook::rule_model>("profiler rules", std::move(rules)),
                       .tools = {slowest}}};
}

stook::agent make_coordinator() {
  // The profiler is a tool like any other: a question in, a finding out, a conversation of its own.
  stook::tool ask_profiler = make_profiler().as_tool<question, finding>(
      "profiler_specialist", "Finds the service behind a symptom.", {.effect = stook::reads});
  std::vector<stook::rule> rules{when_not_called("profiler_specialist", R"({"symptom":"checkout is slow"})"),
                                 otherwise([](const conversation_view& seen) {
                                   return fmt::format("The profiler found {}",
                                                      seen.result_of("profiler_specialist"));
                                 })};
  return stook::agent{{.name = "coordinator",
                       .instructions = "Run the incident.",
                       .model = std::make_shared<stook::rule_model>("coordinator rules", std::move(rules)),
                       .tools = {ask_profiler},
                       .limits = {.steps = 20, .wall = std::chrono::minutes(2)},  // of the whole team
                       .contract = {.tools_succeeded = {"profiler_specialist"}}}};
}

// Prints the team at work, indented by who was asked by whom.
class printer final : public stook::run_listener {
 public:
  void on_event(const stook::event& e) override {
    const std::string indent(static_cast<std::size_t>(2 * e.depth), ' ');
    if (const auto* call = std::get_if<stook::tool_finished>(&e.what)) {
      fmt::print("{}{} called {}: {}\n", indent, e.agent, call->call.name, call->result.text);
    }
  }
};

}  // namespace

int main() {
  printer out;
  const stook::answer answer = make_coordinator().run("Checkout is slow. Why?", {.listener = &out});
  fmt::print("{} after {} model calls of the coordinator: {}\n", to_string(answer.status), answer.steps,
             answer.text);
  return answer.ok() ? 0 : 1;
}
