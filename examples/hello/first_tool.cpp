// A tool from a struct and a lambda, and what becomes of arguments that do not fit it.
//
//     model --> count_errors(service, minutes) --> "412"
//       ^                                           |
//       +-------------------------------------------+
//
// The model here is a script of three replies, so that the program needs no network. The first has a mistake
// in it, as a language model makes one now and then.

#include <fmt/format.h>
#include <stook/stook.hpp>  // the only include of stook that you need

struct log_query {
  std::string service;
  int minutes = 15;
};
STOOK_DESCRIBE(log_query, (service, "Service whose log to read", stook::matching{"^[a-z-]+$"}),
               (minutes, "How far back", stook::between{1, 1440}, stook::defaulted))

int main() {
  const stook::tool count_errors{"count_errors", "Counts the error lines of one service.", stook::reads,
                                 [](log_query q) { return q.service == "payments" ? 412 : 0; }};

  using script = stook::scripted_model;
  const auto model = std::make_shared<script>(std::vector{
      script::calls("count_errors", R"({"service":"payments","minutes":"ten"})"),
      script::calls("count_errors", R"({"service":"payments","minutes":10})"),
      script::says("payments wrote 412 errors in ten minutes."),
  });

  const stook::agent agent{
      {.name = "profiler", .instructions = "Find what broke.", .model = model, .tools = {count_errors}}};
  const stook::answer answer = agent.run("Why is checkout slow?");

  for (const stook::message& m : answer.transcript) {
    for (const stook::tool_call& call : m.calls()) fmt::print("calls {} {}\n", call.name, call.arguments);
    if (!m.text().empty()) fmt::print("{}: {}\n", to_string(m.from()), m.text());
  }
  return answer.ok() ? 0 : 1;
}
