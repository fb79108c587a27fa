#include "models/anthropic_dialect.hpp"

#include <doctest/doctest.h>
#include <stook/core/json.hpp>
#include "spoken.hpp"

using stook::message;
using stook::models::anthropic_dialect;

// A namespace of its own: the tests of the other dialects have helpers of the same names.
namespace anthropic_dialect_test {
namespace {

const anthropic_dialect plain("m", {.endpoint = {.stream = false}, .prompt_cache = false});

std::string body_of(const stook::chat_request& request, const anthropic_dialect& to = plain) {
  std::string text = write_request(to, request);
  CHECK(stook::is_json_object(text));
  return text;
}

std::string stream(const std::vector<std::string>& events) {
  overheard context;
  return line_of_stream(plain, events, context);
}

const std::string begin =
    R"({"type":"message_start","message":{"model":"m-2","usage":{"input_tokens":10,"output_tokens":1,)"
    R"("cache_creation_input_tokens":3,"cache_read_input_tokens":4}}})";
const std::string end = R"({"type":"message_stop"})";

std::string start(int index, const std::string& block) {
  return R"({"type":"content_block_start","index":)" + std::to_string(index) + R"(,"content_block":)" +
         block + "}";
}
std::string delta(int index, const std::string& members) {
  return R"({"type":"content_block_delta","index":)" + std::to_string(index) + R"(,"delta":)" + members + "}";
}
std::string stop(const std::string& reason) {
  return R"({"type":"message_delta","delta":{"stop_reason":")" + reason +
         R"("},"usage":{"output_tokens":9}})";
}

std::string whole(const std::string& content, const std::string& reason = "end_turn") {
  return line_of_whole(
      plain, R"({"type":"message","content":)" + content + R"(,"stop_reason":")" + reason + R"("})");
}

const std::string thinking = R"({"type":"thinking","thinking":"hm ü","signature":"c2ln/+=="})";
const std::string redacted = R"({"type":"redacted_thinking","data":"xyz"})";
const std::string unknown = R"({"type":"brand_new","deep":{"b":1,"a":[null,1.5]}})";
const std::string use = R"({"type":"tool_use","id":"t1","name":"f","input":{"x":1}})";

}  // namespace

TEST_CASE("results of tools, and what is said behind them, are one turn of the user") {
  const std::vector<message> messages{
      message::system("s"),
      message::user("hi"),
      message::assistant("ok", {{"a", "f", R"({"x":1})"}, {"b", "f", "{oops"}}),
      message::tool("a", "f", "1"),
      message::tool("b", "f", "bad", true),
      message::user("go on")};
  CHECK(body_of({.messages = messages}) ==
        R"({"model":"m","max_tokens":8192,"system":[{"type":"text","text":"s"}],"messages":[)"
        R"({"role":"user","content":[{"type":"text","text":"hi"}]},)"
        R"({"role":"assistant","content":[{"type":"text","text":"ok"},)"
        R"({"type":"tool_use","id":"a","name":"f","input":{"x":1}},)"
        R"({"type":"tool_use","id":"b","name":"f","input":{"invalid_json":"{oops"}}]},)"
        R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":"1"},)"
        R"({"type":"tool_result","tool_use_id":"b","content":"bad","is_error":true},)"
        R"({"type":"text","text":"go on"}]}]})");
}

TEST_CASE("turns alternate, whoever speaks twice") {
  const std::vector<message> messages{message::user("a"), message::user("b"), message::assistant("c"),
                                      message::assistant("d"), message::user("e")};
  CHECK(
      body_of({.messages = messages})
          .ends_with(
              R"("messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},)"
              R"({"role":"assistant","content":[{"type":"text","text":"c"},{"type":"text","text":"d"}]},)"
              R"({"role":"user","content":[{"type":"text","text":"e"}]}]})"));
}

TEST_CASE("what is to be cached is marked") {
  const stook::tool ping("ping", "Pings.", [] { return 1; });
  const std::vector<stook::tool> tools{ping, stook::tool("pong", "Pongs.", [] { return 1; })};
  const std::vector<message> messages{message::system("s"), message::user("hi")};
  const anthropic_dialect caching("m", {});
  const std::string body = body_of({.messages = messages, .tools = tools}, caching);
  const std::string mark = R"("cache_control":{"type":"ephemeral"})";
  CHECK(body.starts_with(R"({"model":"m","max_tokens":8192,"stream":true,)" + mark + ","));
  CHECK(body.find(R"("text":"s",)" + mark + "}]") != std::string::npos);
  const auto first = body.find(mark, 80);
  CHECK(first > body.find("pong"));
  std::size_t marks = 0;
  for (std::size_t at = 0; (at = body.find("cache_control", at)) != std::string::npos; ++at) ++marks;
  CHECK(marks == 3);  // four are the most
  CHECK(body_of({.messages = messages, .tools = tools}).find("cache_control") == std::string::npos);
}

TEST_CASE("choices, thinking and schemas are said as the provider takes them") {
  const std::vector<stook::tool> tools{stook::tool("ping", "Pings.", [] { return 1; })};
  const auto with = [&](stook::anthropic_options options, stook::tool_choice choice) {
    return body_of({.tools = tools, .choice = choice, .temperature = 0.5}, anthropic_dialect("m", options));
  };
  using stook::tool_choice;
  CHECK(with({}, tool_choice::automatic).find("tool_choice") == std::string::npos);
  CHECK(with({}, tool_choice::none).find(R"("tool_choice":{"type":"none"})") != std::string::npos);
  CHECK(with({}, tool_choice::required).find(R"("tool_choice":{"type":"any"})") != std::string::npos);
  CHECK(with({.parallel_tool_calls = false}, tool_choice::automatic)
            .find(R"("tool_choice":{"type":"auto","disable_parallel_tool_use":true})") != std::string::npos);
  CHECK(with({.parallel_tool_calls = false}, tool_choice::required)
            .find(R"("tool_choice":{"type":"any","disable_parallel_tool_use":true})") != std::string::npos);
  CHECK(with({.parallel_tool_calls = false}, tool_choice::none).find(R"("tool_choice":{"type":"none"})") !=
        std::string::npos);
  CHECK(with({}, tool_choice::none)
            .find(R"("tools":[{"name":"ping","description":"Pings.","input_schema":{)") != std::string::npos);
  CHECK(body_of({.choice = tool_choice::required}, anthropic_dialect("m", {.parallel_tool_calls = false}))
            .find("tool_choice") == std::string::npos);
  const std::string thinks = with({.thinking_budget = 1024}, tool_choice::required);
  CHECK(thinks.find(R"("max_tokens":9216)") != std::string::npos);
  CHECK(thinks.find(R"("thinking":{"type":"enabled","budget_tokens":1024})") != std::string::npos);
  CHECK(thinks.find("tool_choice") == std::string::npos);
  CHECK(thinks.find("temperature") == std::string::npos);

  const stook::answer_schema strict{
      "a", R"({"type":"object","properties":{},"required":[],"additionalProperties":false})"};
  CHECK(body_of({.schema = &strict}).find(R"("output_config":{"format":{"type":"json_schema","schema":{)") !=
        std::string::npos);
  const stook::answer_schema loose{"a", R"({"type":"object"})"};
  const std::string asked = body_of({.schema = &loose});
  CHECK(asked.find("output_config") == std::string::npos);
  CHECK(asked.find(R"("system":[{"type":"text","text":"Answer with one JSON value)") != std::string::npos);
}

TEST_CASE("a conversation that the user did not begin is sent as it is") {
  const std::vector<message> messages{message::assistant("earlier", {}), message::user("go on")};
  CHECK(body_of({.messages = messages})
            .find(R"("messages":[{"role":"assistant","content":[{"type":"text","text":"earlier"}]},)"
                  R"({"role":"user","content":[{"type":"text","text":"go on"}]}])") != std::string::npos);
}

TEST_CASE("one tool that must be called is named, unless the model thinks") {
  const std::vector<stook::tool> tools{stook::tool("ping", "Pings.", [] { return 1; }),
                                       stook::tool("pong", "Pongs.", [] { return 2; })};
  const auto asked = [&](stook::anthropic_options options) {
    return body_of({.tools = tools, .choice = stook::tool_choice::required, .must_call = "pong"},
                   anthropic_dialect("m", std::move(options)));
  };
  const auto has = [](const std::string& body, const char* text) {
    return body.find(text) != std::string::npos;
  };
  CHECK(has(asked({}), R"("tool_choice":{"type":"tool","name":"pong"})"));
  CHECK(has(asked({}), R"("name":"ping")"));
  CHECK(has(asked({.parallel_tool_calls = false}),
            R"("tool_choice":{"type":"tool","name":"pong","disable_parallel_tool_use":true})"));
  for (const std::string& body : {asked({.thinking_budget = 1024}), asked({.adaptive_thinking = true})}) {
    CHECK_FALSE(has(body, "tool_choice"));
    CHECK_FALSE(has(body, R"("name":"ping")"));
    CHECK(has(body, R"("name":"pong")"));
    CHECK(has(body, R"("cache_control":{"type":"ephemeral"}}])"));
  }
}

TEST_CASE("adaptive thinking, effort, an hour's cache, strict tools and members of one's own are asked for") {
  const std::vector<stook::tool> tools{stook::tool("ping", "Pings.", [] { return 1; })};
  const stook::answer_schema strict{
      "a", R"({"type":"object","properties":{},"required":[],"additionalProperties":false})"};
  const std::vector<message> messages{message::system("s"), message::user("hi")};
  const std::string body =
      body_of({.messages = messages, .tools = tools, .schema = &strict, .temperature = 0.5},
              anthropic_dialect("m", {.endpoint = {.extra_body = R"({"top_k":4})"},
                                      .adaptive_thinking = true,
                                      .effort = "low",
                                      .long_cache = true,
                                      .strict_tools = true}));
  const auto has = [&](const char* text) { return body.find(text) != std::string::npos; };
  CHECK(has(R"("thinking":{"type":"adaptive"})"));
  CHECK_FALSE(has("temperature"));
  CHECK(has(R"("output_config":{"effort":"low","format":{"type":"json_schema","schema":{)"));
  CHECK(has(R"("strict":true,"cache_control":{"type":"ephemeral","ttl":"1h"})"));
  CHECK(has(R"("text":"s","cache_control":{"type":"ephemeral","ttl":"1h"})"));
  CHECK_FALSE(has(R"({"type":"ephemeral"})"));
  CHECK(has(R"(,"top_k":4,)"));
  CHECK(body_of({}, anthropic_dialect("m", {.effort = "max"})).find(R"("output_config":{"effort":"max"})") !=
        std::string::npos);
  CHECK(body_of({.tools = tools}).find("strict") == std::string::npos);
}

TEST_CASE("a server may cut between the halves of a pair, and each piece alone is no text") {
  const std::string face = "\xf0\x9f\x98\x80";
  overheard context;
  const auto text = [](const char* piece) {
    return delta(0, R"({"type":"text_delta","text":")" + std::string(piece) + R"("})");
  };
  CHECK(line_of_stream(plain,
                       {begin, start(0, R"({"type":"text","text":""})"), text("a\\ud83d"), text("\\ude00b"),
                        stop("end_turn"), end},
                       context) == "a" + face + "b / stop");
  CHECK(stook::is_valid_utf8(context.text));
  CHECK(stream({begin, start(0, R"({"type":"tool_use","id":"t","name":"f","input":{}})"),
                delta(0, R"({"type":"input_json_delta","partial_json":"{\"x\":\"\ud83d"})"),
                delta(0, R"({"type":"input_json_delta","partial_json":"\ude00\"}"})"), stop("tool_use"),
                end}) == " [t f {\"x\":\"" + face + "\"}] / tool_calls");
  // what goes back is text as well, and whole
  const auto reader = plain.read_stream(context);
  const auto thought = [](const char* piece) {
    return delta(0, R"({"type":"thinking_delta","thinking":")" + std::string(piece) + R"("})");
  };
  for (const std::string& event : {begin, start(0, R"({"type":"thinking","thinking":""})"),
                                   thought("\\ud83d"), thought("\\ude00"), stop("end_turn"), end}) {
    reader->read("", event);
  }
  CHECK(reader->finish().answer.provider_data().find(face) != std::string::npos);
}

TEST_CASE("images are blocks") {
  const std::vector<message> messages{message::user(
      "see", {stook::image::of_bytes("image/png", "abc"), stook::image::at("https://example.com/a.png")})};
  CHECK(body_of({.messages = messages})
            .find(R"([{"type":"image","source":{"type":"base64","media_type":"image/png","data":"YWJj"}},)"
                  R"({"type":"image","source":{"type":"url","url":"https://example.com/a.png"}},)"
                  R"({"type":"text","text":"see"}])") != std::string::npos);
}

TEST_CASE("a whole reply is read") {
  CHECK(whole(R"([{"type":"text","text":"hi"}])") == "hi / stop");
  CHECK(whole("[" + use + "]", "tool_use") == R"( [t1 f {"x":1}] / tool_calls)");
  CHECK(whole(R"([{"type":"tool_use","id":"t","name":"f","input":{}}])", "tool_use") ==
        " [t f ] / tool_calls");
  CHECK(whole(R"([{"type":"text","text":"x"}])", "max_tokens") == "x / length");
  CHECK(whole(R"([{"type":"text","text":"x"}])", "model_context_window_exceeded") == "x / length");
  CHECK(whole(R"([{"type":"text","text":"x"}])", "stop_sequence") == "x / stop");
  CHECK(whole(R"([{"type":"text","text":"x"}])", "pause_turn") == "x / other");
  CHECK(whole(R"([{"type":"text","text":"x"}])", "brand_new") == "x / other");
  CHECK(whole("[" + use + "]", "refusal") == "The model declined to answer. / content_filter");
  CHECK(whole("[]") == " / stop");
}

TEST_CASE("why a model declined is its answer, and nothing of what it had begun is run") {
  const std::string why = R"("stop_details":{"type":"refusal","category":"bio","explanation":"Not this."})";
  CHECK(line_of_whole(plain, R"({"content":[)" + use + R"(],"stop_reason":"refusal",)" + why + "}") ==
        "Not this. / content_filter");
  CHECK(stream({begin, start(0, use),
                R"({"type":"message_delta","delta":{"stop_reason":"refusal",)" + why + "}}", end}) ==
        "Not this. / content_filter");
  CHECK(
      line_of_whole(plain, R"({"content":[],"stop_reason":"refusal","stop_details":{"explanation":null}})") ==
      "The model declined to answer. / content_filter");
}

TEST_CASE("thinking that is not shown goes back all the same") {
  const std::string hidden = R"({"type":"thinking","thinking":"","signature":"c2ln"})";
  const auto reply =
      plain.read_whole(R"({"content":[)" + hidden + "," + use + R"(],"stop_reason":"tool_use"})");
  const std::vector<message> told{message::user("u"), reply.answer};
  CHECK(body_of({.messages = told}).find(R"("assistant","content":[)" + hidden + "," + use + "]}") !=
        std::string::npos);
}

TEST_CASE("what is no reply is an error") {
  for (const char* body : {"", "<html>", "[]", "{}", R"({"content":"x"})"}) {
    CAPTURE(body);
    CHECK(line_of_whole(plain, body) == "model.protocol again");
  }
  CHECK(line_of_whole(plain, R"({"type":"error","error":{"type":"overloaded_error"}})") ==
        "model.overload again");
}

TEST_CASE("blocks that are neither text nor call go back as they came, whole and streamed") {
  const std::string blocks =
      thinking + "," + redacted + "," + unknown + R"(,{"type":"text","text":"ok"},)" + use;
  const auto reply = plain.read_whole(R"({"content":[)" + blocks + R"(],"stop_reason":"tool_use"})");
  CHECK(line_of(reply) == R"(ok [t1 f {"x":1}] / tool_calls)");
  const std::vector<message> told{message::user("u"), reply.answer};
  CHECK(body_of({.messages = told}).find(R"("assistant","content":[)" + blocks + "]}") != std::string::npos);

  overheard context;
  const auto reader = plain.read_stream(context);
  for (const std::string& data :
       {begin, start(0, R"({"type":"thinking","thinking":"","signature":""})"),
        delta(0, R"({"type":"thinking_delta","thinking":"hm "})"),
        delta(0, R"({"type":"thinking_delta","thinking":"ü"})"),
        delta(0, R"({"type":"signature_delta","signature":"c2ln/+=="})"), start(1, redacted),
        start(2, unknown), start(3, R"({"type":"text","text":""})"),
        delta(3, R"({"type":"text_delta","text":"ok"})"),
        start(4, R"({"type":"tool_use","id":"t1","name":"f","input":{}})"),
        delta(4, R"({"type":"input_json_delta","partial_json":"{\"x\""})"),
        delta(4, R"({"type":"input_json_delta","partial_json":":1}"})"), stop("tool_use"), end}) {
    reader->read("", data);
  }
  const auto streamed = reader->finish();
  CHECK(streamed.answer == reply.answer);
  CHECK(context.reasoning == "hm ü");
  CHECK(context.calls == R"(0:f: 0:f:{"x" 0:f::1} )");
}

TEST_CASE("blocks whose calls an agent has renamed are not sent back") {
  const auto reply = plain.read_whole(R"({"content":[)" + thinking + "," + use + "]}");
  const std::vector<message> told{
      message::user("u"),
      message::assistant("", {{"other", "f", "{}"}}).with_provider_data(reply.answer.provider_data())};
  const std::string body = body_of({.messages = told});
  CHECK(body.find("thinking") == std::string::npos);
  CHECK(body.find(R"("id":"other")") != std::string::npos);
}

TEST_CASE("another provider's data is not sent") {
  const std::vector<message> told{message::user("u"), message::assistant("x").with_provider_data(
                                                          R"({"responses":[{"type":"reasoning"}]})")};
  CHECK(body_of({.messages = told}).find("reasoning") == std::string::npos);
}

TEST_CASE("each count replaces the one before, and the prompt is all three") {
  overheard context;
  const auto reader = plain.read_stream(context);
  for (const std::string& data : {begin, start(0, R"({"type":"text","text":"x"})"), stop("end_turn"), end}) {
    reader->read("", data);
  }
  const auto reply = reader->finish();
  CHECK(reply.used ==
        stook::usage{
            .input_tokens = 17, .output_tokens = 9, .cached_input_tokens = 4, .cache_write_tokens = 3});
  CHECK(reply.model == "m-2");
  CHECK_FALSE(reply.usage_is_estimate);
  const auto odd = plain.read_whole(
      R"({"content":[{"type":"text","text":"x"}],"usage":{"input_tokens":-3,"output_tokens":1}})");
  CHECK(odd.usage_is_estimate);
}

TEST_CASE("a stream ends well only with its last event") {
  const std::string text = start(0, R"({"type":"text","text":"a"})");
  CHECK(stream({begin, R"({"type":"ping"})", text, R"({"type":"brand_new"})", stop("end_turn"), end, "x"}) ==
        "a / stop");
  CHECK(stream({begin, text, stop("end_turn")}) == "model.truncated again");
  CHECK(stream({begin, text}) == "model.truncated again");
  CHECK(stream({end}) == "model.protocol again");
  CHECK(stream({begin, "{"}) == "model.protocol again");
  CHECK(stream({begin, text, R"({"type":"error","error":{"type":"overloaded_error","message":"m"}})"}) ==
        "model.overload again");
  CHECK(stream({begin, delta(2000000000, R"({"type":"text_delta","text":"x"})"),
                start(2000000000, R"({"type":"text"})"),
                delta(2000000000, R"({"type":"text_delta","text":"y"})"), stop("end_turn"), end}) ==
        "y / stop");
}

TEST_CASE("a call without arguments is one, and pieces of nothing add nothing") {
  const std::string begun = start(0, R"({"type":"tool_use","id":"t","name":"f","input":{}})");
  CHECK(stream({begin, begun, stop("tool_use"), end}) == " [t f ] / tool_calls");
  CHECK(stream({begin, begun, delta(0, R"({"type":"input_json_delta","partial_json":""})"), stop("tool_use"),
                end}) == " [t f ] / tool_calls");
}

TEST_CASE("arguments that are no JSON are a call all the same") {
  CHECK(stream({begin, start(0, R"({"type":"tool_use","id":"t","name":"f","input":{}})"),
                delta(0, R"({"type":"input_json_delta","partial_json":"{oops"})"), stop("tool_use"), end}) ==
        " [t f {oops] / tool_calls");
}

TEST_CASE("an answer is bounded by all that is kept of it") {
  const anthropic_dialect small("m", {.endpoint = {.max_reply_bytes = 2'000}});
  const auto line_of_many = [&](const std::string& first, const std::string& piece) {
    overheard context;
    std::vector<std::string> events{begin, start(0, first)};
    events.insert(events.end(), 200, piece);
    events.insert(events.end(), {stop("end_turn"), end});
    return line_of_stream(small, events, context);
  };
  const std::string text = R"({"type":"text","text":""})";
  CHECK(line_of_many(text, delta(0, R"({"type":"text_delta","text":"x"})")).ends_with(" / stop"));
  for (const char* piece : {R"({"type":"text_delta","text":"0123456789"})",
                            R"({"type":"thinking_delta","thinking":"0123456789"})",
                            R"({"type":"signature_delta","signature":"0123456789"})",
                            R"({"type":"input_json_delta","partial_json":"0123456789"})",
                            R"({"type":"citations_delta","citation":{"a":"0123456789"}})"}) {
    CAPTURE(piece);
    CHECK(line_of_many(R"({"type":"novelty"})", delta(0, piece)) == "model.too_large");
  }
  CHECK(line_of_many(text, start(1, R"({"type":"novelty"})")) == "model.too_large");
}

TEST_CASE("a schema that can be made strict is enforced") {
  const stook::answer_schema answer{"a",
                                    R"({"type":"object","properties":{"n":{"type":"integer","default":1}}})"};
  CHECK(body_of({.schema = &answer})
            .find(R"("schema":{"type":"object","properties":{"n":{"type":"integer"}},"required":["n"],)"
                  R"("additionalProperties":false}}})") != std::string::npos);
}

}  // namespace anthropic_dialect_test
