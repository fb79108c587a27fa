#include <stook/tool/options.hpp>

#include <optional>

#include <doctest/doctest.h>
#include <stook/core/json.hpp>
#include <stook/tool/tool.hpp>

using stook::tool;

namespace {

std::string refusal(const auto& make) {
  try {
    make();
  } catch (const stook::error& e) {
    CHECK(e.code() == "bad_tool");
    return e.what();
  }
  return "taken";
}

struct window {
  int minutes = 5;
  std::string tenant;
};
STOOK_DESCRIBE(window, (minutes, "How far back", stook::between{1, 60}), (tenant, "Whose data"))

}  // namespace

TEST_CASE("parameters give a function's arguments names, texts and rules") {
  const tool t("tail", "Last lines.",
               {.effect = stook::reads,
                .parameters = {{"service", "Which service", stook::matching{"^[a-z]+$"}},
                               {"lines", "How many", stook::between{1, 100}, stook::defaulted}}},
               [](std::string service, std::optional<int> lines) {
                 return service + ":" + std::to_string(lines.value_or(10));
               });
  const std::string schema(t.parameters_text());
  CHECK(schema.find(R"("required":["service"])") != std::string::npos);
  CHECK(t.call(R"({"service":"api"})").text == "api:10");
  CHECK(t.call(R"({"service":"api","lines":3})").text == "api:3");
  const auto wrong = t.call(R"({"service":"API","lines":300})");
  REQUIRE(wrong.error);
  CHECK(wrong.error->code == "args_schema");
  CHECK(wrong.error->message.find("lines") != std::string::npos);
  CHECK(wrong.error->message.find("service") != std::string::npos);
}

TEST_CASE("options that contradict each other are refused at construction") {
  const auto nothing = [] {};
  const auto takes_state = [](stook::state&) {};
  const auto make = [](stook::tool_options o, auto f) { return [=] { return tool("t", "", o, f); }; };
  CHECK(refusal(make({.retries = 1}, nothing)).find("this one is once") != std::string::npos);
  CHECK(refusal(make({.effect = stook::keyed, .retries = 1}, nothing)) != "taken");
  CHECK(refusal(make({.effect = stook::reads, .retries = 1}, nothing)) == "taken");
  CHECK(refusal(make({.timeout = std::chrono::milliseconds(-1)}, nothing)) != "taken");
  CHECK(refusal(make({.max_result = 10}, nothing)) != "taken");
  CHECK(refusal(make({.blocking = true}, takes_state)) != "taken");
  CHECK(refusal(make({.timeout = std::chrono::seconds(1)}, takes_state)) != "taken");
  CHECK(refusal(make({.parameters = {{"a"}}}, nothing)).find("takes 0 parameters") != std::string::npos);
  const auto two = [](int, int) {};
  CHECK(refusal(make({.parameters = {{"a"}, {"a"}}}, two)).find("named twice") != std::string::npos);
  CHECK(refusal(make({.parameters = {{"a"}, {"b", "", stook::defaulted}}}, two)).find("std::optional") !=
        std::string::npos);
  CHECK(refusal([&] {
          tool("t", "", {.inputs = {{"key", "tenat"}}}, [](window) {});
        }).find("no field") != std::string::npos);
  CHECK(refusal([&] {
          tool("t", "", {.outputs = {{"key", "minuets"}}}, [] { return window{}; });
        }).find("no field") != std::string::npos);
}

TEST_CASE("a result is cut between characters, and says so") {
  std::string text(63, 'x');
  text += "\u00e9\u00e9";  // two bytes each: the cap falls inside the first
  const tool t("t", "", {.effect = stook::pure, .max_result = 64}, [text] { return text; });
  const auto r = t.call("{}");
  CHECK(r.ok());
  CHECK(stook::is_valid_utf8(r.text));
  CHECK(r.text == std::string(63, 'x') + "\n[cut: the first 63 of 67 bytes]");
  CHECK(r.full_size == 67);
}

TEST_CASE("to_text says what the model reads, for structs and for text") {
  const auto show = [](const stook::any_value& v) {
    if (const auto* w = v.get_if<window>()) return std::to_string(w->minutes) + " min";
    return "<" + *v.get_if<std::string>() + ">";
  };
  const tool a("a", "", {.to_text = show}, [] { return window{7, "x"}; });
  CHECK(a.call("{}").text == "7 min");
  const tool b("b", "", {.to_text = show}, [] { return std::string("plain"); });
  CHECK(b.call("{}").text == "<plain>");
  const tool c("c", "",
               {.to_text = [](const stook::any_value&) -> std::string { throw std::runtime_error("no"); }},
               [] { return 1; });
  CHECK(c.call("{}").error->code == "tool_exception");
}
