#include <stook/pipeline/agent_adapter.hpp>

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

namespace stook {
namespace {

enum input : std::size_t { task_input, history_input };
enum output : std::size_t { text_output, unfinished_output, messages_output, answer_output };

sockets sockets_of_agent() {
  return {{{.name = "task", .type = socket_type::of<std::string>()},
           {.name = "history", .type = socket_type::of<std::vector<message>>(), .mandatory = false}},
          {{"text", socket_type::of<std::string>()},
           {"unfinished", socket_type::of<std::string>()},
           {"messages", socket_type::of<std::vector<message>>()},
           {"answer", socket_type::of<answer>()}}};
}

class agent_body final : public detail::component_body {
 public:
  explicit agent_body(agent a)
      : component_body(sockets_of_agent(), "stook::agent",
                       {.plain = true, .coroutine = true, .wants_context = true}),
        agent_(std::move(a)) {}

  void call(detail::frame& f) override { give(f, agent_.run(task_of(f), options_of(f))); }

  task<void> async_call(detail::frame& f) override {
    run_options options = options_of(f);
    auto pending = agent_.async_run(task_of(f), options);
    answer a = co_await std::move(pending);
    give(f, std::move(a));
  }

 private:
  static std::string task_of(const detail::frame& f) {
    return *f.at(task_input).front().get_if<std::string>();
  }

  static run_options options_of(const detail::frame& f) {
    run_options options{.stop = f.context->stop()};
    const auto history = f.at(history_input);
    if (!history.empty()) options.history = *history.front().get_if<std::vector<message>>();
    return options;
  }

  static void give(detail::frame& f, answer a) {
    if (a.ok()) {
      f.results[text_output] = any_value::of(a.text);
    } else {
      const std::string why = a.error ? ": " + a.error->message : std::string();
      f.results[unfinished_output] =
          any_value::of(fmt::format("{} ({}){}", to_string(a.status), a.reason, why));
    }
    f.results[messages_output] = any_value::of(a.transcript);
    f.results[answer_output] = any_value::of(std::move(a));
  }

  agent agent_;
};

}  // namespace

component agent_component(std::string name, agent a) {
  std::shared_ptr<detail::component_body> body = std::make_shared<agent_body>(std::move(a));
  return component(std::move(name), std::move(body));
}

}  // namespace stook
