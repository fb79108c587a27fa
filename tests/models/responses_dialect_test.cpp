#include "models/responses_dialect.hpp"

#include <doctest/doctest.h>
#include <stook/core/json.hpp>
#include "spoken.hpp"

using stook::message;
using stook::models::responses_dialect;

// A namespace of its own: the tests of the other dialects have helpers of the same names.
namespace responses_dialect_test {
namespace {

const responses_dialect plain("m", {.endpoint = {.stream = false}, .encrypted_reasoning = false});

std::string body_of(const stook::chat_request& request, const responses_dialect& to = plain) {
  std::string text = write_request(to, request);
  CHECK(stook::is_json_object(text));
  return text;
}

std::string stream(const std::vector<std::string>& events) {
  overheard context;
  return line_of_stream(plain, events, context);
}

std::string whole(const std::string& output, const std::string& more = R"("status":"completed")") {
  return line_of_whole(plain, R"({"object":"response",)" + more + R"(,"output":)" + output + "}");
}

std::string completed(const std::string& members) {
  return R"({"type":"response.completed","response":{"status":"completed")" + members + "}}";
}
std::string item_done(const std::string& item) {
  return R"({"type":"response.output_item.done","output_index":0,"item":)" + item + "}";
}

const std::string said =
    R"({"type":"message","role":"assistant","content":[{"type":"output_text","text":"ok"}]})";
const std::string call =
    R"({"type":"function_call","id":"fc_1","call_id":"c1","name":"f","arguments":"{\"x\":1}"})";
const std::string reasoning = R"({"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"gAAA"})";

}  // namespace

TEST_CASE("a request has items, and nothing is stored") {
  const std::vector<message> messages{message::system("s"), message::system("t"), message::user("hi"),
                                      message::assistant("ok", {{"c1", "f", "{}"}}),
                                      message::tool("c1", "f", "1")};
  CHECK(body_of({.messages = messages}) ==
        R"({"model":"m","store":false,"instructions":"s\n\nt","input":[)"
        R"({"type":"message","role":"user","content":[{"type":"input_text","text":"hi"}]},)"
        R"({"type":"message","role":"assistant","content":[{"type":"output_text","text":"ok"}]},)"
        R"({"type":"function_call","call_id":"c1","name":"f","arguments":"{}"},)"
        R"({"type":"function_call_output","call_id":"c1","output":"1"}]})");
}

TEST_CASE("tools are flat and say whether they are strict") {
  const std::vector<stook::tool> tools{stook::tool("ping", "Pings.", [] { return 1; })};
  const responses_dialect full("m", {.parallel_tool_calls = false, .reasoning_effort = "low"});
  const std::string body =
      body_of({.tools = tools, .choice = stook::tool_choice::required, .max_output_tokens = 9}, full);
  CHECK(body.find(R"("tools":[{"type":"function","name":"ping","description":"Pings.","parameters":{)") !=
        std::string::npos);
  CHECK(body.find(R"("strict":true)") != std::string::npos);
  const std::vector<stook::tool> loose{
      stook::tool("tail", "Last lines.", stook::tool_options{.parameters = {stook::parameter("lines")}},
                  [](std::optional<int>) { return 1; })};
  const std::string other = body_of({.tools = loose, .choice = stook::tool_choice::none});
  CHECK(other.find(R"("strict":false)") != std::string::npos);
  CHECK(other.find(R"("tool_choice":"none")") != std::string::npos);
  const std::string without = body_of({.choice = stook::tool_choice::required}, full);
  CHECK(without.find("tool_choice") == std::string::npos);
  CHECK(without.find("parallel_tool_calls") == std::string::npos);
  CHECK(body.find(R"("tool_choice":"required","parallel_tool_calls":false)") != std::string::npos);
  CHECK(body.find(
            R"("store":false,"stream":true,"include":["reasoning.encrypted_content"],"max_output_tokens":9,)"
            R"("reasoning":{"effort":"low"})") != std::string::npos);
}

TEST_CASE("one tool that must be called is named, and members of one's own are sent") {
  const std::vector<stook::tool> tools{stook::tool("ping", "Pings.", [] { return 1; })};
  const std::string body =
      body_of({.tools = tools, .choice = stook::tool_choice::required, .must_call = "ping"},
              responses_dialect("m", {.endpoint = {.extra_body = R"({"top_p":0.5})"}}));
  CHECK(body.find(R"("tool_choice":{"type":"function","name":"ping"})") != std::string::npos);
  CHECK(body.find(R"(,"top_p":0.5,)") != std::string::npos);
  CHECK_THROWS_AS(body_of({.tools = tools, .choice = stook::tool_choice::required, .must_call = "x"}),
                  stook::error);
}

TEST_CASE("a server may cut between the halves of a pair, and each piece alone is no text") {
  const std::string face = "\xf0\x9f\x98\x80";
  overheard context;
  const auto delta = [](const char* text) {
    return R"({"type":"response.output_text.delta","delta":")" + std::string(text) + R"("})";
  };
  // a server that sends no items: the text is what was heard
  CHECK(line_of_stream(plain, {delta("a\\ud83d"), delta("\\ude00b"), completed("")}, context) ==
        "a" + face + "b / stop");
  CHECK(stook::is_valid_utf8(context.text));
  // an item that holds half a character is repaired, and so is what goes back of it
  const std::string cut =
      R"({"type":"message","role":"assistant","content":[{"type":"output_text","text":"x\ud83d"}]})";
  const stook::chat_reply reply = plain.read_whole(R"({"object":"response","status":"completed","output":[)" +
                                                   reasoning + "," + cut + "]}");
  CHECK(reply.answer.text().starts_with("x\xef\xbf\xbd"));
  CHECK(stook::is_valid_utf8(reply.answer.provider_data()));
}

TEST_CASE("images and schemas have their places") {
  const std::vector<message> messages{message::user("see", {stook::image::at("https://example.com/a.png")})};
  const stook::answer_schema schema{"verdict", R"({"type":"object"})"};
  const std::string body = body_of({.messages = messages, .schema = &schema});
  CHECK(body.find(R"({"type":"input_image","image_url":"https://example.com/a.png"})") != std::string::npos);
  CHECK(
      body.find(
          R"("text":{"format":{"type":"json_schema","name":"verdict","schema":{"type":"object"},"strict":false}})") !=
      std::string::npos);
}

TEST_CASE("a whole reply is read") {
  CHECK(whole("[" + said + "]") == "ok / stop");
  CHECK(whole("[" + said + "," + call + "]") == R"(ok [c1 f {"x":1}] / tool_calls)");
  CHECK(whole("[" + said + "]",
              R"("status":"incomplete","incomplete_details":{"reason":"max_output_tokens"})") ==
        "ok / length");
  CHECK(
      whole("[" + said + "]", R"("status":"incomplete","incomplete_details":{"reason":"content_filter"})") ==
      "ok / content_filter");
  CHECK(whole("[" + said + "]", R"("status":"incomplete")") == "ok / other");
  CHECK(whole(R"([{"type":"message","content":[{"type":"refusal","refusal":"no"}]}])") ==
        "no / content_filter");
  CHECK(whole(R"([{"type":"brand_new"},7,{"type":"message","content":[7,{"type":"brand_new"}]}])") ==
        " / stop");
}

TEST_CASE("what is no reply is an error") {
  for (const char* body : {"", "<html>", "[]", "{}", R"({"output":7})"}) {
    CAPTURE(body);
    CHECK(line_of_whole(plain, body) == "model.protocol again");
  }
  CHECK(line_of_whole(plain, R"({"error":{"code":"server_error"},"status":"failed"})") ==
        "model.overload again");
  CHECK(line_of_whole(plain, R"({"error":null,"status":"failed","output":[]})") == "model.overload again");
}

TEST_CASE("encrypted reasoning goes back as it came, before its call, and other reasoning does not") {
  const auto reply = plain.read_whole(R"({"output":[)" + reasoning + "," + call + "]}");
  const std::vector<message> told{message::user("u"), reply.answer};
  CHECK(body_of({.messages = told}).find("]}," + reasoning + "," + call + "]}") != std::string::npos);
  const auto open =
      plain.read_whole(R"({"output":[{"type":"reasoning","id":"rs_1","summary":[]},)" + call + "]}");
  CHECK(open.answer.provider_data().empty());
}

TEST_CASE("a stream is heard as it comes, and its items are the reply") {
  overheard context;
  const auto line = line_of_stream(
      plain,
      {R"({"type":"response.created","response":{}})",
       R"({"type":"response.reasoning_summary_text.delta","delta":"hm"})",
       R"({"type":"response.output_text.delta","output_index":0,"delta":"o"})",
       R"({"type":"response.output_text.delta","output_index":0,"delta":"k"})", item_done(said),
       R"({"type":"response.output_item.added","output_index":1,"item":{"type":"function_call","name":"f","call_id":"c1"}})",
       R"({"type":"response.function_call_arguments.delta","output_index":1,"delta":"{\"x\":1}"})",
       item_done(call), R"({"type":"response.brand_new"})",
       completed(R"(,"output":[)" + said + "," + call + "]")},
      context);
  CHECK(line == R"(ok [c1 f {"x":1}] / tool_calls)");
  CHECK(context.text == "ok");
  CHECK(context.reasoning == "hm");
  CHECK(context.calls == R"(0:f: 0:f:{"x":1} )");
}

TEST_CASE("a last event without items stands on those before it") {
  CHECK(stream({item_done(said), completed("")}) == "ok / stop");
  CHECK(stream({R"({"type":"response.output_text.delta","delta":"heard"})", completed("")}) ==
        "heard / stop");
}

TEST_CASE("items of a stream stand where the server numbers them, however they arrive") {
  const auto done = [](int place, const std::string& item) {
    return R"({"type":"response.output_item.done","output_index":)" + std::to_string(place) + R"(,"item":)" +
           item + "}";
  };
  const std::string other = R"({"type":"function_call","call_id":"c2","name":"g","arguments":"{}"})";
  CHECK(stream({done(2, other), done(0, said), done(1, call), completed("")}) ==
        R"(ok [c1 f {"x":1}] [c2 g {}] / tool_calls)");
}

TEST_CASE("a refusal and open reasoning are heard, and what only frames them is not") {
  overheard context;
  CHECK(
      line_of_stream(
          plain,
          {R"({"type":"response.in_progress","response":{"status":"in_progress"}})",
           R"({"type":"response.reasoning_text.delta","delta":"hm"})",
           R"({"type":"response.output_item.added","output_index":0,"item":{"type":"message","content":[]}})",
           R"({"type":"response.content_part.added","output_index":0,"part":{"type":"refusal","refusal":""}})",
           R"({"type":"response.refusal.delta","output_index":0,"delta":"no"})",
           R"({"type":"response.refusal.done","output_index":0,"refusal":"no"})",
           item_done(R"({"type":"message","content":[{"type":"refusal","refusal":"no"}]})"), completed("")},
          context) == "no / content_filter");
  CHECK(context.text == "no");
  CHECK(context.reasoning == "hm");
}

TEST_CASE("a stream ends well only with its last event") {
  CHECK(stream({item_done(said)}) == "model.truncated again");
  CHECK(stream({item_done(said), "[DONE]"}) == "model.truncated again");
  CHECK(stream({"{"}) == "model.protocol again");
  CHECK(stream({R"({"type":"response.completed"})"}) == "model.protocol again");
  CHECK(stream({R"({"type":"error","code":"rate_limit_exceeded","message":"m"})"}) == "model.overload again");
  CHECK(stream({R"({"error":{"message":"m"}})"}) == "model.overload again");
  CHECK(stream({R"({"type":"response.failed","response":{"error":{"code":"invalid_prompt"}}})"}) ==
        "model.rejected");
  CHECK(stream({item_done(said), R"({"type":"response.incomplete","response":{"status":"incomplete",)"
                                 R"("incomplete_details":{"reason":"max_output_tokens"}}})"}) ==
        "ok / length");
}

TEST_CASE("usage is what the server counted") {
  const auto reply = plain.read_whole(
      R"({"output":[)" + said +
      R"(],"model":"m-2","usage":{"input_tokens":9,"output_tokens":5,)"
      R"("input_tokens_details":{"cached_tokens":2},"output_tokens_details":{"reasoning_tokens":1}}})");
  CHECK(reply.used ==
        stook::usage{.input_tokens = 9, .output_tokens = 5, .cached_input_tokens = 2, .reasoning_tokens = 1});
  CHECK(reply.model == "m-2");
}

TEST_CASE("an answer is bounded by all that is kept of it") {
  const responses_dialect small("m", {.endpoint = {.max_reply_bytes = 2'000}});
  const auto line_of_many = [&](const std::string& event) {
    overheard context;
    return line_of_stream(small, std::vector<std::string>(250, event), context);
  };
  CHECK(line_of_many(R"({"type":"response.output_text.delta","delta":"0123456789"})") == "model.too_large");
  CHECK(line_of_many(R"({"type":"response.output_item.done","item":{"type":"novelty"}})") ==
        "model.too_large");
  CHECK(line_of_many(R"({"type":"response.output_text.delta","delta":"x"})") == "model.truncated again");
}

}  // namespace responses_dialect_test
