#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <stook/stook.hpp>

#include "workload.hpp"

namespace agent_step {
namespace {

struct pair_of_numbers {
  int a = 0;
  int b = 0;
};
STOOK_DESCRIBE(pair_of_numbers, (a, "First number", stook::at_least{0}),
               (b, "Second number", stook::at_least{0}))

int wanted = 0;  // steps that the model asks for
std::int64_t sum = 0;

// The model: replies that were written before, each copied when it is asked for.
std::shared_ptr<stook::chat_model> make_model() {
  std::vector<stook::chat_reply> script;
  for (int step = 0; step < 1000; ++step) {
    script.push_back(stook::scripted_model::calls("add", arguments_of(step), id_of(step)));
  }
  auto answer = [script, last = stook::scripted_model::says(final_text)](const stook::chat_request& request) {
    const auto done = (request.messages.size() - 2) / 2;
    return done == static_cast<std::size_t>(wanted) ? last : script[done];
  };
  return std::make_shared<stook::scripted_model>(answer);
}

// The same as a model that is awaited, as one over a network is.
class awaited_model final : public stook::waiting_model {
 public:
  std::string name() const override { return "awaited"; }
  stook::task<stook::chat_reply> async_generate(const stook::chat_request& request,
                                                stook::generation& context) override {
    co_return script_->generate(request, context);
  }

 private:
  std::shared_ptr<stook::chat_model> script_ = make_model();
};

int add(pair_of_numbers p) {
  sum += p.a + p.b;
  return p.a + p.b;
}

stook::agent make_agent(stook::tool tool, std::shared_ptr<stook::chat_model> model = make_model()) {
  return stook::agent{{.name = "adder",
                       .instructions = system_prompt,
                       .model = std::move(model),
                       .tools = {std::move(tool)},
                       .limits = {.steps = 1000, .tool_calls = 1000}}};
}

const stook::agent& plain_agent() {
  static const stook::agent agent =
      make_agent({"add", "Adds two numbers.", stook::pure, [](pair_of_numbers p) { return add(p); }});
  return agent;
}

stook::tool coroutine_tool() {
  return {"add", "Adds two numbers.", stook::pure,
          [](pair_of_numbers p) -> stook::task<int> { co_return add(p); }};
}

const stook::agent& coroutine_agent() {
  static const stook::agent agent = make_agent(coroutine_tool());
  return agent;
}

const stook::agent& awaiting_agent() {
  static const stook::agent agent = make_agent(coroutine_tool(), std::make_shared<awaited_model>());
  return agent;
}

std::int64_t run_coroutine(const stook::agent& agent, int steps) {
  wanted = steps;
  sum = 0;
  boost::asio::io_context io(1);
  stook::run_options options;
  boost::asio::co_spawn(io, agent.async_run(user_prompt, options), [](std::exception_ptr, stook::answer a) {
    if (!a.ok()) sum = -1;
  });
  io.run();
  return sum;
}

}  // namespace

std::int64_t stook_sync(int steps) {
  wanted = steps;
  sum = 0;
  const stook::answer a = plain_agent().run(user_prompt);
  return a.ok() ? sum : -1;
}

std::int64_t stook_coroutine(int steps) { return run_coroutine(plain_agent(), steps); }
std::int64_t stook_coroutine_tool(int steps) { return run_coroutine(coroutine_agent(), steps); }
std::int64_t stook_coroutine_both(int steps) { return run_coroutine(awaiting_agent(), steps); }

}  // namespace agent_step
