#include <stook/pipeline/sub_pipeline.hpp>

#include <doctest/doctest.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/value.hpp>
#include <stook/core/json.hpp>

#include "errors.hpp"
#include "repeat_and_shout.hpp"

TEST_CASE("a pipeline is a component, with the same outputs sync and async, inner ones too") {
  stook::pipeline outer;
  outer.add(stook::sub_pipeline("inner", helpdesk::repeat_and_shout(),
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
  const stook::component c = stook::sub_pipeline("inner", helpdesk::repeat_and_shout());
  REQUIRE(c.inputs().size() == 2);
  CHECK(c.inputs()[0].name == "copies");
  CHECK_FALSE(c.inputs()[0].mandatory);
  CHECK(c.inputs()[1].mandatory);
  CHECK(c.outputs().size() == 2);
  CHECK(code_of([] {
          stook::sub_pipeline("x", helpdesk::repeat_and_shout(), {.inputs = {{"a", {"repeat.b"}}}});
        }) == "sub_pipeline");
}
