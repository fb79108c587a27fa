#include <stook/pipeline/tool_adapter.hpp>

#include <doctest/doctest.h>

#include <functional>
#include <optional>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/value.hpp>

#include <stook/core/json.hpp>
#include <stook/models/scripted_model.hpp>
#include <stook/pipeline/agent_adapter.hpp>
#include <stook/pipeline/sub_pipeline.hpp>

namespace helpdesk {

struct question {
  std::string text;
  std::optional<int> copies;
};
STOOK_DESCRIBE(question, (text, "What to ask"), (copies, "How often"))

struct repeat {
  struct in {
    std::string text;
    int copies = 1;
  };
  struct out {
    std::string text;
    int count = 0;
  };
  out run(in i) const {
    out o{.count = i.copies};
    for (int n = 0; n < i.copies; ++n) o.text += i.text;
    return o;
  }
};
STOOK_DESCRIBE(repeat::in, (text), (copies, "", stook::defaulted))
STOOK_DESCRIBE(repeat::out, (text), (count))

}  // namespace helpdesk

namespace {

stook::pipeline repeat_and_shout() {
  stook::pipeline p;
  p.add("repeat", helpdesk::repeat{});
  p.add("shout", [](std::string s) { return s + "!"; });
  p.connect("repeat.text", "shout.value");
  return p;
}

std::string code_of(const std::function<void()>& f) {
  try {
    f();
  } catch (const stook::error& e) {
    return e.code();
  }
  return "none";
}

}  // namespace

TEST_CASE("a pipeline is a component, with the same outputs sync and async, inner ones too") {
  stook::pipeline outer;
  outer.add(stook::sub_pipeline("inner", repeat_and_shout(),
                                {.inputs = {{"words", {"repeat.text"}}},
                                 .outputs = {{"middle", "repeat.text"}, {"end", "shout.value"}}}));
  outer.add("size", [](std::string s) { return s.size(); });
  outer.connect("inner.end", "size");
  const stook::run_inputs inputs{{"inner.words", "ab"}};
  const auto sync = outer.run(inputs, {.include_outputs_from = {"inner"}});
  CHECK(sync.at<std::string>("inner.middle") == "ab");
  CHECK(sync.at<std::string>("inner.end") == "ab!");
  CHECK(sync.at<std::size_t>("size.value") == 3);

  const auto parallel = outer.run(inputs, {.include_outputs_from = {"inner"}, .parallel = 2});
  CHECK(stook::dump_json(parallel.to_json()) == stook::dump_json(sync.to_json()));

  boost::asio::io_context context(1);
  std::string async;
  const auto program = [&](const stook::pipeline& p) -> stook::task<void> {
    stook::pipeline_run_options options{.include_outputs_from = {"inner"}};
    auto pending = p.async_run(inputs, options);
    const stook::pipeline_result result = co_await std::move(pending);
    async = stook::dump_json(result.to_json());
  };
  auto work = program(outer);
  boost::asio::co_spawn(context, std::move(work), [](std::exception_ptr) {});
  context.run();
  CHECK(async == stook::dump_json(sync.to_json()));
}

TEST_CASE("a sub-pipeline shows its open sockets, and refuses names that are not there") {
  const stook::component c = stook::sub_pipeline("inner", repeat_and_shout());
  REQUIRE(c.inputs().size() == 2);
  CHECK(c.inputs()[0].name == "copies");
  CHECK_FALSE(c.inputs()[0].mandatory);
  CHECK(c.inputs()[1].mandatory);
  CHECK(c.outputs().size() == 2);
  CHECK(code_of([] {
          stook::sub_pipeline("x", repeat_and_shout(), {.inputs = {{"a", {"repeat.b"}}}});
        }) == "sub_pipeline");
}

TEST_CASE("a pipeline is a tool whose arguments are checked") {
  const stook::tool t = stook::pipeline_tool<helpdesk::question>(
      "ask", "Repeats and shouts.", repeat_and_shout(),
      {.inputs = {{"text", {"repeat.text"}}, {"copies", {"repeat.copies"}}}, .output = "shout.value"});
  CHECK(t.call(R"({"text":"ab","copies":2})").text == "abab!");
  CHECK(t.call(R"({"text":"ab"})").text == "ab!");
  CHECK_FALSE(t.call(R"({"text":5})").ok());

  const auto refused = [](stook::pipeline_tool_options options) {
    return code_of([&] { stook::pipeline_tool<helpdesk::question>("ask", "", repeat_and_shout(), options); });
  };
  CHECK(refused({.inputs = {{"nothing", {"repeat.text"}}}, .output = "shout.value"}) == "pipeline_tool");
  CHECK(refused({.inputs = {{"text", {"repeat.nothing"}}}, .output = "shout.value"}) == "pipeline_tool");
  CHECK(refused({.inputs = {{"text", {"repeat.text"}}}, .output = "shout.nothing"}) == "pipeline_tool");
  CHECK(refused({.output = "shout.value"}) == "pipeline_tool");
}

TEST_CASE("a component is a tool") {
  const stook::tool t = stook::component_tool("repeat", "Repeats a text.", helpdesk::repeat{});
  CHECK(t.call(R"({"text":"ab","copies":2})").text == R"({"text":"abab","count":2})");
}

TEST_CASE("an agent is a component that waits for its task") {
  const auto model =
      std::make_shared<stook::scripted_model>(std::vector{stook::scripted_model::says("It is the pool.")});
  stook::pipeline p;
  p.add("ask", [](int minutes) { return "What broke in the last " + std::to_string(minutes) + " minutes?"; });
  p.add(stook::agent_component("profiler", stook::agent({.name = "profiler", .model = model})));
  p.add("size", [](std::string s) { return s.size(); });
  p.connect("ask", "profiler.task");
  p.connect("profiler.text", "size");
  const auto result = p.run(stook::run_inputs().set("ask.value", 5), {.include_outputs_from = {"profiler"}});
  CHECK(result.at<std::string>("profiler.text") == "It is the pool.");
  CHECK(result.at<std::size_t>("size.value") == 15);
  CHECK_FALSE(result.find("profiler.unfinished").has_value());
  CHECK(result.at<stook::answer>("profiler.answer").steps == 1);
  CHECK(code_of([&] { p.run(); }) == "input_missing");
}
