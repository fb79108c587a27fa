#include "models/openai_dialect.hpp"

#include <doctest/doctest.h>
#include <stook/core/json.hpp>
#include <stook/tool/tool.hpp>
#include "core/json_writer.hpp"
#include "spoken.hpp"

using stook::message;
using stook::models::openai_dialect;

// A namespace of its own: the tests of the other dialects have helpers of the same names.
namespace openai_dialect_test {
namespace {

const openai_dialect plain("m", {.endpoint = {.stream = false}});

std::string body_of(const stook::chat_request& request, const openai_dialect& to = plain) {
  std::string text = write_request(to, request);
  CHECK(stook::is_json_object(text));
  return text;
}

std::string stream(const std::vector<std::string>& events) {
  overheard context;
  return line_of_stream(plain, events, context);
}

std::string delta(const std::string& members) {
  return R"({"choices":[{"index":0,"delta":{)" + members + "}}]}";
}
std::string call(const std::string& members) { return delta(R"("tool_calls":[{)" + members + "}]"); }
std::string finish(const std::string& reason) {
  return R"({"choices":[{"index":0,"delta":{},"finish_reason":")" + reason + R"("}]})";
}

std::string whole(const std::string& choice_members, const std::string& more = "") {
  return line_of_whole(plain, R"({"choices":[{"index":0,)" + choice_members + "}]" + more + "}");
}

}  // namespace

TEST_CASE("a request holds what was asked and nothing that was not") {
  const std::vector<message> messages{message::system("s"), message::user("hi")};
  CHECK(body_of({.messages = messages}) ==
        R"({"model":"m","messages":[{"role":"system","content":"s"},{"role":"user","content":"hi"}]})");

  const openai_dialect streaming("m", {});
  CHECK(body_of({.messages = {}, .temperature = 0.5, .max_output_tokens = 7}, streaming) ==
        R"({"model":"m","stream":true,"stream_options":{"include_usage":true},"max_completion_tokens":7,)"
        R"("temperature":0.5,"messages":[]})");
  const openai_dialect local("m", {.profile = stook::openai_profile::llama_cpp()});
  CHECK(body_of({.max_output_tokens = 7}, local).find(R"("max_tokens":7)") != std::string::npos);
}

TEST_CASE("tools, and what to do with them, are sent only if there are some") {
  const stook::tool add("add", "Adds.",
                        stook::tool_options{.parameters = {stook::parameter("a"), stook::parameter("b")}},
                        [](int a, int b) { return a + b; });
  const std::vector<stook::tool> tools{add};
  const openai_dialect one_call("m", {.parallel_tool_calls = false});
  const std::string body = body_of({.tools = tools, .choice = stook::tool_choice::required}, one_call);
  CHECK(body.find(
            R"("tools":[{"type":"function","function":{"name":"add","description":"Adds.","parameters":{)") !=
        std::string::npos);
  CHECK(body.find(R"("strict":true)") != std::string::npos);
  CHECK(body.find(R"("tool_choice":"required","parallel_tool_calls":false)") != std::string::npos);
  CHECK(body_of({.tools = tools, .choice = stook::tool_choice::none}).find(R"("tool_choice":"none")") !=
        std::string::npos);
  const std::string without = body_of({.choice = stook::tool_choice::required}, one_call);
  CHECK(without.find("tool_choice") == std::string::npos);
  CHECK(without.find("parallel_tool_calls") == std::string::npos);
  CHECK(body_of({.tools = tools}).find("tool_choice") == std::string::npos);
}

TEST_CASE("one tool that must be called is named, or is the only one that is offered") {
  const std::vector<stook::tool> tools{stook::tool("ping", "Pings.", [] { return 1; }),
                                       stook::tool("pong", "Pongs.", [] { return 2; })};
  const auto asked = [&](std::string_view name, stook::openai_profile profile,
                         stook::tool_choice choice = stook::tool_choice::required) {
    return body_of({.tools = tools, .choice = choice, .must_call = name},
                   openai_dialect("m", {.profile = std::move(profile)}));
  };
  const auto has = [](const std::string& body, const char* text) {
    return body.find(text) != std::string::npos;
  };
  const std::string named = R"("tool_choice":{"type":"function","function":{"name":"pong"}})";
  for (const auto& profile : {stook::openai_profile::openai(), stook::openai_profile::vllm()}) {
    const std::string body = asked("pong", profile);
    CHECK(has(body, named.c_str()));
    CHECK(has(body, R"("name":"ping")"));
  }
  for (const auto& profile : {stook::openai_profile::llama_cpp(), stook::openai_profile::ollama(),
                              stook::openai_profile::gateway()}) {
    const std::string body = asked("pong", profile);
    CHECK(has(body, R"("tool_choice":"required")"));
    CHECK(has(body, R"("name":"pong")"));
    CHECK_FALSE(has(body, R"("name":"ping")"));
  }
  // the name alone demands nothing
  CHECK_FALSE(has(asked("pong", {}, stook::tool_choice::automatic), "tool_choice"));
  CHECK(has(asked("pong", {}, stook::tool_choice::none), R"("tool_choice":"none")"));
  try {
    asked("pang", {});
    FAIL("a tool that is not offered was demanded");
  } catch (const stook::error& e) {
    CHECK(e.code() == "unknown_tool");
    CHECK(std::string(e.what()).find("\"pang\"") != std::string::npos);
  }
}

TEST_CASE("members of one's own stand among those of the request") {
  const auto asked = [](const char* extra) {
    return body_of({.messages = {}},
                   openai_dialect("m", {.endpoint = {.extra_body = extra, .stream = false}}));
  };
  CHECK(asked(R"( {"top_p":0.9,"stop":["}"]} )") ==
        R"({"model":"m","top_p":0.9,"stop":["}"],"messages":[]})");
  CHECK(asked("{ }") == asked(""));
}

TEST_CASE("a profile says what its server is asked for") {
  using stook::openai_profile;
  const std::vector<stook::tool> tools{stook::tool("ping", "Pings.", [] { return 1; })};
  const auto asked = [&](openai_profile profile) {
    const openai_dialect to("m", {.profile = std::move(profile), .parallel_tool_calls = false});
    return body_of({.tools = tools, .max_output_tokens = 7}, to);
  };
  struct row {
    openai_profile profile;
    bool official_cap, strict, parallel, usage;
  };
  for (const row& r : {row{openai_profile::openai(), true, true, true, true},
                       row{openai_profile::llama_cpp(), false, false, true, true},
                       row{openai_profile::ollama(), false, false, false, true},
                       row{openai_profile::vllm(), false, false, true, true},
                       row{openai_profile::gateway(), false, false, false, false}}) {
    CAPTURE(r.profile.name);
    const std::string body = asked(r.profile);
    const auto has = [&](const char* text) { return body.find(text) != std::string::npos; };
    CHECK(has(R"("max_completion_tokens":7)") == r.official_cap);
    CHECK(has(R"("max_tokens":7)") == !r.official_cap);
    CHECK(has(R"("strict":true)") == r.strict);
    CHECK(has(R"("parallel_tool_calls":false)") == r.parallel);
    CHECK(has(R"("stream_options":{"include_usage":true})") == r.usage);
  }
  const openai_dialect thinks("m", {.reasoning_effort = "low"});
  CHECK(body_of({}, thinks).find(R"("reasoning_effort":"low")") != std::string::npos);
  CHECK(body_of({}).find("reasoning_effort") == std::string::npos);
}

TEST_CASE("names are short and of plain letters, and two stay two") {
  const std::string longest(64, 'n');
  const auto name_of = [](const std::string& tool) {
    const std::vector<message> messages{message::assistant("", {{"c1", tool, "{}"}})};
    const std::string body = body_of({.messages = messages});
    const auto from = body.find(R"("name":")") + 8;
    return body.substr(from, body.find('"', from) - from);
  };
  CHECK(name_of(longest) == longest);
  CHECK(name_of(longest + "a").size() == 64);
  CHECK(name_of(longest + "a") != name_of(longest + "b"));
  CHECK(name_of("a.b") != name_of("a/b"));
  const stook::answer_schema answer{"of one kind", R"({"type":"object"})"};
  CHECK(body_of({.schema = &answer}).find(R"("name":"of_one_kind_)") != std::string::npos);
}

TEST_CASE("calls and their results are told back, wrong arguments and wrong names in a form that parses") {
  const std::vector<message> messages{
      message::assistant("", {{"c1", "add", R"({"a":1})"}, {"c2", "no.such tool", "{oops"}, {"c3", "f", ""}}),
      message::tool("c1", "add", "3")};
  const std::string body = body_of({.messages = messages});
  CHECK(body.find(R"({"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function",)"
                  R"("function":{"name":"add","arguments":"{\"a\":1}"}})") != std::string::npos);
  CHECK(body.find(R"("name":"no_such_tool_)") != std::string::npos);
  CHECK(body.find(R"("arguments":"{\"invalid_json\":\"{oops\"}")") != std::string::npos);
  CHECK(body.find(R"("name":"f","arguments":"{}")") != std::string::npos);
  CHECK(body.find(R"({"role":"tool","tool_call_id":"c1","content":"3"})") != std::string::npos);
}

TEST_CASE("images are parts of a user message") {
  const std::vector<message> messages{message::user("see", {stook::image::of_bytes("image/png", "abc")})};
  CHECK(body_of({.messages = messages})
            .find(R"("content":[{"type":"text","text":"see"},{"type":"image_url","image_url":)"
                  R"({"url":"data:image/png;base64,YWJj"}}])") != std::string::npos);
}

TEST_CASE("an answer of a schema is asked for, strictly if the schema allows it") {
  const auto asked = [](std::string_view schema) {
    const stook::answer_schema answer{"verdict", schema};
    return body_of({.schema = &answer});
  };
  CHECK(
      asked(
          R"({"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false})")
          .find(R"("additionalProperties":false},"strict":true}})") != std::string::npos);
  CHECK(
      asked(R"({"type":"object","properties":{"a":{"type":"string","minLength":2}},"required":["a"]})")
          .find(
              R"({"a":{"type":"string"}},"required":["a"],"additionalProperties":false},"strict":true}})") !=
      std::string::npos);
  CHECK(asked(R"({"type":"object","additionalProperties":{"type":"string"}})").find(R"("strict")") ==
        std::string::npos);
  CHECK(
      asked(R"({"type":"object"})").find(R"("json_schema":{"name":"verdict","schema":{"type":"object"}}})") !=
      std::string::npos);
}

TEST_CASE("a whole reply is read") {
  CHECK(whole(R"("message":{"content":"hi"},"finish_reason":"stop")") == "hi / stop");
  CHECK(whole(R"("message":{"content":"hi"})") == "hi / stop");
  CHECK(whole(R"("message":{"content":"cut"},"finish_reason":"length")") == "cut / length");
  CHECK(whole(R"("message":{"content":"?"},"finish_reason":"brand_new")") == "? / other");
  CHECK(whole(R"("message":{"content":null,"refusal":"no"},"finish_reason":"stop")") ==
        "no / content_filter");
  CHECK(whole(R"("message":{"content":[{"type":"refusal","refusal":"no"}]},"finish_reason":"stop")") ==
        "no / content_filter");
  // of a protocol that is gone, by a server that keeps its words
  CHECK(
      whole(
          R"("message":{"tool_calls":[{"id":"a","function":{"name":"f"}}]},"finish_reason":"function_call")") ==
      " [a f ] / tool_calls");
  // what looks like a call is a text: it may stand in something that was read
  CHECK(whole(R"("message":{"content":"<tool_call>{\"name\":\"f\"}</tool_call>"},"finish_reason":"stop")") ==
        "<tool_call>{\"name\":\"f\"}</tool_call> / stop");
  CHECK(
      whole(
          R"("message":{"content":[{"type":"text","text":"a"},{"type":"new"},{"type":"text","text":"b"}]})") ==
      "ab / stop");
  CHECK(
      whole(R"("message":{"content":null,"tool_calls":[{"id":"a","function":{"name":"f","arguments":"{}"}},)"
            R"({"id":"b","function":{"name":"g","arguments":{"x":1}}}]},"finish_reason":"stop")") ==
      R"( [a f {}] [b g {"x":1}] / tool_calls)");
  // calls of one id are two: which of them runs is for the run to say
  CHECK(whole(R"("message":{"tool_calls":[{"id":"a","function":{"name":"f","arguments":"{}"}},)"
              R"({"id":"a","function":{"name":"f","arguments":"{}"}}]})") ==
        " [a f {}] [a f {}] / tool_calls");
  // and so it is for a call that names no tool
  CHECK(whole(R"("message":{"tool_calls":[{"id":"a","function":{"name":"","arguments":"{}"}}]})") ==
        " [a  {}] / tool_calls");
  CHECK(whole(R"("message":{"content":"a\u0000b"})") ==
        "a\xef\xbf\xbd"
        "b / stop");
  CHECK(whole(R"("message":{"content":"x"})", R"(,"seed":18446744073709551616,"seed":1e999)") == "x / stop");
  CHECK(whole(R"("message":{"tool_calls":[{"function":{"name":"f"}},{"function":{"name":"f"}}]})") ==
        " [call_1 f ] [call_2 f ] / tool_calls");
  CHECK(
      whole(R"("message":{"content":"x","audio":{"y":[1]},"tool_calls":[{"type":"custom","custom":{}}]})") ==
      "x / stop");
}

TEST_CASE("what nobody knows of a reply is ignored") {
  const std::string more =
      R"(,"object":"new.kind","service_tier":"x","system_fingerprint":null,"moderation":{"a":[1]},)"
      R"("obfuscation":"zz","timings":{"n":1.5},"__verbose":{"deep":[[]]},"prompt_logprobs":null)";
  CHECK(whole(R"("logprobs":{"content":[]},"message":{"role":"novelist","content":"x","annotations":[{}],)"
              R"("audio":null,"reasoning_content":"hm"},"finish_reason":"stop")",
              more) == "x / stop");
  CHECK(stream({R"({"choices":[{"index":0,"delta":{"role":"novelist","content":"x","annotations":[{}]}}])" +
                    more + "}",
                R"({"kind":"of nothing"})", finish("brand_new")}) == "x / other");
}

TEST_CASE("bytes that are no UTF-8 are repaired in a text, and spoil the arguments of a call") {
  const std::string mark = "\xef\xbf\xbd";
  CHECK(whole("\"message\":{\"content\":\"a\xff\"}") == "a" + mark + " / stop");
  const auto arguments = [](const std::string& json_text) {
    return whole(R"("message":{"tool_calls":[{"id":"a","function":{"name":"f","arguments":)" + json_text +
                 "}}]}");
  };
  CHECK(arguments("\"{\\\"x\\\":\\\"\xff\\\"}\"") == " [a f {\"x\":\"" + mark + "] / tool_calls");
  CHECK(arguments("\"{}\xc3\"") == " [a f {}" + mark + "] / tool_calls");
  CHECK(arguments(R"("{}\u0000")") == " [a f {}" + mark + "] / tool_calls");
  CHECK(arguments("{\"x\":\"\xef\xbf\"}") == " [a f {\"x\":\"" + mark + "] / tool_calls");
  CHECK_FALSE(stook::is_json_object("{}" + mark));

  overheard context;
  CHECK(line_of_stream(plain,
                       {delta("\"content\":\"\xe4\""), delta("\"content\":\"\xbd\xa0\""), finish("stop")},
                       context) == "\xe4\xbd\xa0 / stop");
  CHECK(stook::is_valid_utf8(context.text));
}

TEST_CASE("what is no reply is an error that may pass") {
  for (const char* body :
       {"", "<html>login</html>", "[]", "{}", R"({"choices":[]})", R"({"choices":7})",
        R"({"choices":[{"index":1,"message":{"content":"x"}}]})", R"({"choices":[null]})", "\xff"}) {
    CAPTURE(body);
    CHECK(line_of_whole(plain, body) == "model.protocol again");
  }
  CHECK(line_of_whole(plain, R"({"error":{"message":"busy"}})") == "model.overload again");
  CHECK(line_of_whole(plain, R"({"error":"busy"})") == "model.overload again");
}

TEST_CASE("usage is what the server counted, and an estimate if it counted nonsense") {
  const auto used = [](const std::string& usage) {
    return plain.read_whole(R"({"choices":[{"message":{"content":"x"}}],"usage":)" + usage + "}");
  };
  const auto full = used(R"({"prompt_tokens":10,"completion_tokens":5,"prompt_tokens_details":)"
                         R"({"cached_tokens":4},"completion_tokens_details":{"reasoning_tokens":2}})");
  CHECK(
      full.used ==
      stook::usage{.input_tokens = 10, .output_tokens = 5, .cached_input_tokens = 4, .reasoning_tokens = 2});
  CHECK_FALSE(full.usage_is_estimate);
  CHECK(used(R"({"prompt_tokens":10,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":4,)"
             R"("cache_write_tokens":3,"audio_tokens":1}})")
            .used.cache_write_tokens == 3);
  for (const char* odd : {"null", "{}", "7", R"({"prompt_tokens":-1,"completion_tokens":5})",
                          R"({"prompt_tokens":1e300,"completion_tokens":5})"}) {
    CAPTURE(odd);
    CHECK(used(odd).usage_is_estimate);
    CHECK(used(odd).used.total_tokens() == 0);
  }
}

TEST_CASE("a stream is put together, and heard as it comes") {
  overheard context;
  const std::vector<std::string> events{
      R"({"model":"m-2","choices":[{"index":0,"delta":{"role":"assistant","content":""}}],"usage":null})",
      delta(R"("reasoning_content":"hm")"),
      delta(R"("content":"a")"),
      delta(R"("content":"b")"),
      call(R"("index":0,"id":"c1","type":"function","function":{"name":"f","arguments":""})"),
      call(R"("index":0,"function":{"arguments":"{\"x\""})"),
      call(R"("index":1,"id":"c2","function":{"name":"g","arguments":"{}"})"),
      call(R"("index":0,"function":{"arguments":":1}"})"),
      finish("tool_calls"),
      R"({"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4}})",
      "[DONE]"};
  CHECK(line_of_stream(plain, events, context) == R"(ab [c1 f {"x":1}] [c2 g {}] / tool_calls)");
  CHECK(context.text == "ab");
  CHECK(context.reasoning == "hm");
  CHECK(context.calls == R"(0:f: 0:f:{"x" 1:g: 1:g:{} 0:f::1} )");

  const auto reader = plain.read_stream(context);
  for (const std::string& data : events) reader->read("", data);
  const auto reply = reader->finish();
  CHECK(reply.model == "m-2");
  CHECK(reply.used.total_tokens() == 7);
}

TEST_CASE("arguments may be cut anywhere, and are read when they are whole") {
  const std::string whole_text = R"({"x":"a\u00e9\ud83d\ude00\"\\"})";
  for (std::size_t cut = 0; cut <= whole_text.size(); ++cut) {
    CAPTURE(cut);
    const auto piece = [](const std::string& text) {
      std::string quoted;
      stook::detail::write_string(quoted, text);
      return call(R"("index":0,"function":{"arguments":)" + quoted + "}");
    };
    CHECK(stream({call(R"("index":0,"id":"a","type":"function","function":{"name":"f","arguments":""})"),
                  piece(whole_text.substr(0, cut)), piece(whole_text.substr(cut)), finish("tool_calls")}) ==
          " [a f " + whole_text + "] / tool_calls");
  }
}

TEST_CASE("a server may cut between the halves of a pair, and each piece alone is no text") {
  const std::string face = "\xf0\x9f\x98\x80", mark = "\xef\xbf\xbd";
  CHECK(stream({delta(R"("content":"a\ud83d")"), delta(R"("content":"\ude00b\ud83d\ude00")"),
                finish("stop")}) == "a" + face + "b" + face + " / stop");
  CHECK(stream({call(R"("index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":\"\ud83d"})"),
                call(R"("index":0,"function":{"arguments":"\ude00\"}"})"), finish("tool_calls")}) ==
        " [a f {\"x\":\"" + face + "\"}] / tool_calls");
  // a half that stays one is repaired in a text, and spoils arguments; an escaped backslash is no escape
  CHECK(whole(R"("message":{"content":"\ude00x\\ud83d"})") == mark + mark + mark + "x\\ud83d / stop");
  CHECK(whole(R"("message":{"tool_calls":[{"id":"a","function":{"name":"f","arguments":"{}\ud83d"}}]})") ==
        " [a f {}" + mark + "] / tool_calls");
  CHECK(stream({delta(R"("content":"\ud83d)"), finish("stop")}) == "model.protocol again");
  overheard context;
  line_of_stream(plain, {delta(R"("content":"a\ud83d")"), delta(R"("content":"\ude00")"), finish("stop")},
                 context);
  CHECK(stook::is_valid_utf8(context.text));
}

TEST_CASE("a stream of one piece is read, whatever stands in it") {
  const std::string call_of_f =
      R"("tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}])";
  CHECK(stream({R"({"choices":[{"index":0,"delta":{"role":"assistant","content":"x",)" + call_of_f +
                R"(},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":1,"completion_tokens":1}})"}) ==
        "x [a f {}] / tool_calls");
  CHECK(stream({R"({"choices":[{"index":0,"message":{"content":"x",)" + call_of_f +
                    R"(},"finish_reason":"stop"}]})",
                "[DONE]"}) == "x [a f {}] / tool_calls");
  CHECK(stream({call(R"("index":0,"id":"a","function":{"name":"f","arguments":{"x":1}})"),
                finish("tool_calls")}) == R"( [a f {"x":1}] / tool_calls)");
  // a name that was lost is for the run to refuse
  CHECK(stream({call(R"("index":0,"id":"a","function":{"arguments":"{}"})"), finish("tool_calls")}) ==
        " [a  {}] / tool_calls");
  overheard context;
  CHECK(line_of_stream(plain, {delta(R"("reasoning":"hm")"), delta(R"("content":"x")"), finish("stop")},
                       context) == "x / stop");
  CHECK(context.reasoning == "hm");
}

TEST_CASE("calls are told apart whatever the server numbers them") {
  const std::string end = finish("tool_calls");
  const auto f = [](const std::string& more) { return call(more); };
  // no number
  CHECK(
      stream({f(R"("id":"a","function":{"name":"f","arguments":"{"})"), f(R"("function":{"arguments":"}"})"),
              f(R"("id":"b","function":{"name":"f","arguments":"{}"})"), end}) ==
      " [a f {}] [b f {}] / tool_calls");
  // the same number for all
  CHECK(stream({f(R"("index":0,"id":"a","function":{"name":"f","arguments":"{}"})"),
                f(R"("index":0,"id":"b","function":{"name":"g","arguments":"{}"})"), end}) ==
        " [a f {}] [b g {}] / tool_calls");
  // neither number nor id, two at once
  CHECK(stream({delta(R"("tool_calls":[{"function":{"name":"f"}},{"function":{"name":"g"}}])"), end}) ==
        " [call_1 f ] [call_2 g ] / tool_calls");
  // the same id, and an empty name, in each piece
  CHECK(stream({f(R"("index":0,"id":"a","function":{"name":"f","arguments":"{"})"),
                f(R"("index":0,"id":"a","function":{"name":"","arguments":"}"})"), end}) ==
        " [a f {}] / tool_calls");
  // an empty id afterwards; numbers with gaps
  CHECK(stream({f(R"("index":7,"id":"a","function":{"name":"f","arguments":"{"})"),
                f(R"("index":9,"id":"b","function":{"name":"g","arguments":"{}"})"),
                f(R"("index":7,"id":"","function":{"arguments":"}"})"), end}) ==
        " [a f {}] [b g {}] / tool_calls");
  // a name behind arguments
  CHECK(stream({f(R"("index":0,"function":{"name":"f","arguments":"{}"})"),
                f(R"("index":0,"function":{"name":"f","arguments":"{}"})"), end}) ==
        " [call_1 f {}] [call_2 f {}] / tool_calls");
  CHECK(stream({f(R"("index":0,"id":"a","function":{"name":"f","arguments":"{}"})"), finish("stop")}) ==
        " [a f {}] / tool_calls");
}

TEST_CASE("a call numbered past all reason is no call, and sizes nothing") {
  for (const char* number : {"1024", "2000000000", "999999999999"}) {
    CHECK(stream({call(R"("index":)" + std::string(number) +
                       R"(,"id":"a","function":{"name":"f","arguments":"{}"})"),
                  finish("tool_calls")}) == "model.protocol again");
  }
}

TEST_CASE("an answer is bounded by what is in it, however many events it comes in") {
  const openai_dialect small("m", {.endpoint = {.max_reply_bytes = 1000}});
  const auto events_of = [](std::size_t count, const std::string& one) {
    std::vector<std::string> all(count, one);
    all.push_back(finish("stop"));
    return all;
  };
  overheard context;
  CHECK(line_of_stream(small, events_of(900, delta(R"("content":"x")")), context).ends_with(" / stop"));
  CHECK(line_of_stream(small, events_of(1001, delta(R"("content":"x")")), context) == "model.too_large");
  CHECK(line_of_stream(small, events_of(1001, delta(R"("reasoning":"x")")), context) == "model.too_large");
  const std::string piece = call(R"("index":0,"id":"a","function":{"name":"f","arguments":"xxxxxxxxxx"})");
  CHECK(line_of_stream(small, events_of(101, piece), context) == "model.too_large");
}

TEST_CASE("a stream ends well only if its answer does") {
  CHECK(stream({delta(R"("content":"a")"), finish("stop")}) == "a / stop");
  CHECK(stream({delta(R"("content":"a")"), "[DONE] "}) == "a / stop");
  CHECK(stream({delta(R"("content":"a")")}) == "model.truncated again");
  CHECK(stream({call(R"("index":0,"id":"a","function":{"name":"f","arguments":"{}"})")}) ==
        "model.truncated again");
  CHECK(stream({}) == "model.truncated again");
  CHECK(stream({"[DONE]"}) == "model.protocol again");
  CHECK(stream({"", finish("stop"), "[DONE]", "garbage"}) == " / stop");
  CHECK(stream({"{"}) == "model.protocol again");
  CHECK(stream({"7"}) == "model.protocol again");
  CHECK(stream({delta(R"("content":"a")"), R"({"error":{"message":"x","type":"overloaded_error"}})"}) ==
        "model.overload again");
  CHECK(stream({R"({"error":{"message":"x","code":400,"type":"invalid_request_error"}})"}) ==
        "model.rejected");
}

TEST_CASE("only the first choice is read") {
  CHECK(stream({delta(R"("content":"a")"),
                R"({"choices":[{"index":1,"delta":{"content":"B"},"finish_reason":"length"}]})",
                finish("stop")}) == "a / stop");
}

TEST_CASE("a refusal takes back what stands before it") {
  CHECK(stream({call(R"("index":0,"id":"a","function":{"name":"f","arguments":"{}"})"),
                delta(R"("refusal":"I will ")"), delta(R"("refusal":"not.")"), finish("stop")}) ==
        "I will not. / content_filter");
  CHECK(stream({delta(R"("content":"a")"), finish("content_filter")}) == "a / content_filter");
}

}  // namespace openai_dialect_test
