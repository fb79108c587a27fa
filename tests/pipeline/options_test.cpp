#include <stook/pipeline/options.hpp>

#include <doctest/doctest.h>

#include <stook/pipeline/pipeline.hpp>

#include "errors.hpp"

namespace {

struct coin {
  int cents = 0;
};

}  // namespace

TEST_CASE("types that read as text are converted where a text is wanted") {
  stook::pipeline_options options;
  options.text_types = {{stook::socket_type::of<coin>(),
                         [](const stook::any_value& v) { return std::to_string(v.get_if<coin>()->cents); },
                         [](std::string text) { return stook::any_value::of(coin{std::stoi(text)}); }}};
  stook::pipeline p(options);
  p.add("mint", [](int cents) { return coin{cents}; });
  p.add("text", [](std::string s) { return s + "0"; });
  p.add("again", [](coin c) { return c.cents; });
  p.connect("mint", "text");
  p.connect("text", "again");
  CHECK(p.run(stook::run_inputs().set("mint.value", 5)).at<int>("again.value") == 50);
}

TEST_CASE("without a check of types any sockets are connected, and a wrong value fails when it comes") {
  stook::pipeline p({.check_types = false});
  p.add("number", [](int x) { return x; });
  p.add("text", [](std::string s) { return s; });
  p.connect("number", "text");
  CHECK(code_of([&] { p.run(stook::run_inputs().set("number.value", 5)); }) == "conversion_failed");
}
