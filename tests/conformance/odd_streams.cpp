// Streams that are legal but odd, and some that are wrong.

#include <array>
#include <functional>
#include <stdexcept>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "stream_writer.hpp"

namespace conformance {
namespace {

namespace json = boost::json;

const said_call& one() {
  static const said_call call{json::value("c1"), json::value("query_sql"),
                              json::value(R"({"sql":"SELECT 1"})")};
  return call;
}
const said_call& two() {
  static const said_call call{json::value("c2"), json::value("query_sql"),
                              json::value(R"({"sql":"SELECT 2"})")};
  return call;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}

// Each line ends in another way; comments and empty events stand between the events.
reply_body mixed_eol(transport) {
  const std::string plain = stream_body(call_of("c1", "query_sql", R"({"sql":"SELECT 1"})")).bytes;
  constexpr std::array<std::string_view, 3> ends{"\r\n", "\n", "\r"};
  stream_writer out;
  out.bytes("\xef\xbb\xbf: hello\n");
  std::size_t event = 0;
  for (std::size_t from = 0, at; (at = plain.find("\n\n", from)) != std::string::npos; from = at + 2) {
    const std::string_view end = ends[event % ends.size()];
    if (event % 4 == 1) out.bytes(fmt::format(": keep-alive{}{}", end, end));
    if (event % 4 == 2) out.bytes(fmt::format("{}{}data:{}{}", end, end, end, end));
    out.bytes(plain.substr(from, at - from));
    out.bytes(fmt::format("{}{}", end, end));
    ++event;
  }
  return out.take();
}

// The data of an event in many lines, broken where JSON may have a blank.
reply_body multi_data(transport) {
  reply_body body = stream_body(call_of("c1", "query_sql", R"({"sql":"SELECT 1"})"));
  std::string broken;
  bool in_text = false;
  for (std::size_t i = 0; i < body.bytes.size(); ++i) {
    const char c = body.bytes[i];
    broken += c;
    if (c == '\\') {
      broken += body.bytes[++i];
    } else if (c == '"') {
      in_text = !in_text;
    } else if (!in_text && (c == ',' || c == '{')) {
      broken += "\ndata: ";
    }
  }
  return {std::move(broken), body.type};
}

reply_body two_calls(std::optional<std::int64_t> first, std::optional<std::int64_t> second) {
  stream_writer out;
  out.call(one(), first);
  out.call(two(), second);
  out.end("tool_calls");
  return out.take();
}

// One half of the fault a transport.
reply_body index_gap(transport way) {
  return way == transport::stream ? two_calls(0, 2) : two_calls(std::nullopt, std::nullopt);
}
reply_body no_index(transport) { return two_calls(std::nullopt, std::nullopt); }

reply_body one_call_at(std::int64_t index) {
  stream_writer out;
  out.call(one(), index);
  out.end("tool_calls");
  return out.take();
}
reply_body index_huge(transport) { return one_call_at(2'000'000'000); }
reply_body index_negative(transport) { return one_call_at(-1); }

reply_body interleaved(transport) {
  stream_writer out;
  out.begin_call(one(), 0);
  out.begin_call(two(), 1);
  out.arguments(R"({"sql":)", 0);
  out.arguments(R"({"sql":)", 1);
  out.arguments(R"("SELECT 1"})", 0);
  out.arguments(R"("SELECT 2"})", 1);
  out.end("tool_calls");
  return out.take();
}

// The second choice calls, and is nobody's.
reply_body two_choices(transport) {
  const json::object call{{"index", 0},
                          {"id", "c9"},
                          {"type", "function"},
                          {"function", {{"name", "query_sql"}, {"arguments", R"({"sql":"SELECT 9"})"}}}};
  const json::object first{{"index", 0}, {"delta", {{"content", "done"}}}, {"finish_reason", nullptr}};
  const json::object second{{"index", 1}, {"delta", {{"tool_calls", {call}}}}, {"finish_reason", nullptr}};
  stream_writer out;
  out.data("content", json::serialize(json::object{{"id", "chatcmpl-1"}, {"choices", {second, first}}}));
  out.data("content",
           json::serialize(json::object{
               {"id", "chatcmpl-1"},
               {"choices",
                {json::object{{"index", 1}, {"delta", json::object()}, {"finish_reason", "tool_calls"}}}}}));
  out.end("stop");
  return out.take();
}

reply_body odd_usage(transport) {
  const auto usage = [](const json::value& counts) {
    return json::serialize(json::object{{"choices", json::array()}, {"usage", counts}});
  };
  stream_writer out;
  out.data("usage", usage(nullptr));
  out.text("done");
  out.delta("finish", {}, "stop");
  out.data("usage", usage(nullptr));
  out.data("usage", usage(json::object{{"prompt_tokens", -500}, {"completion_tokens", -7}}));
  out.data("done", "[DONE]");
  return out.take();
}

reply_body after_done(transport) {
  reply_body body = stream_body(call_of("c1", "query_sql", R"({"sql":"SELECT 1"})"));
  stream_writer more;
  more.call(two(), 1);
  more.data("error", R"({"error":{"message":"late","type":"server_error"}})");
  body.bytes += more.take().bytes;
  return body;
}

reply_body no_done(transport) {
  reply_body body = stream_body(call_of("c1", "query_sql", R"({"sql":"SELECT 1"})"));
  body.bytes.resize(body.places.at("done"));
  return body;
}

reply_body no_usage(transport) {
  stream_writer out;
  out.call(one(), 0);
  out.delta("finish", {}, "tool_calls");
  out.data("done", "[DONE]");
  return out.take();
}

// Two calls under one number, told apart by their ids.
reply_body same_index(transport) { return two_calls(0, 0); }

// Id and name stand in every piece.
reply_body repeated_id(transport) {
  stream_writer out;
  for (const char* piece : {R"({"sql":)", R"("SELECT)", R"( 1"})"}) {
    const json::object call{{"index", 0},
                            {"id", "c1"},
                            {"type", "function"},
                            {"function", {{"name", "query_sql"}, {"arguments", piece}}}};
    out.delta("args", {{"tool_calls", {call}}});
  }
  out.end("tool_calls");
  return out.take();
}

// What some servers send beside and between the pieces.
reply_body empty_deltas(transport) {
  stream_writer out;
  out.data("other", R"({"choices":[]})");
  out.delta("other", {});
  out.delta("other", {{"role", nullptr}, {"content", ""}, {"tool_calls", nullptr}});
  out.begin_call(one(), 0);
  out.delta("other", {{"tool_calls", json::array()}});
  out.arguments("", 0);
  out.arguments(one().args->get_string(), 0);
  out.delta("other", {{"content", nullptr}}, "");
  out.end("tool_calls");
  return out.take();
}

reply_body no_space(transport) {
  reply_body body = stream_body(call_of("c1", "query_sql", R"({"sql":"SELECT 1"})"));
  body.bytes = replaced(std::move(body.bytes), "data: ", "data:");
  return {std::move(body.bytes), body.type};
}

reply_body unknown_event(transport) {
  stream_writer out;
  out.bytes("event: ping\ndata: {\"type\":\"ping\"}\n\nid: 7\nretry: 10\nnonsense: x\n\n");
  out.call(one(), 0);
  out.data("other", R"({"object":"something.else","payload":[1,2]})");
  out.end("tool_calls");
  return out.take();
}

reply_body bad_json(transport) {
  stream_writer out;
  out.call(one(), 0);
  out.data("other", R"({"choices":[{"delta":)");
  out.end("tool_calls");
  return out.take();
}

struct variant {
  std::string_view name;
  reply_body (*write)(transport);
};
constexpr std::array<variant, 18> variants{{{"mixed_eol", mixed_eol},
                                            {"multi_data", multi_data},
                                            {"index_gap", index_gap},
                                            {"index_huge", index_huge},
                                            {"index_negative", index_negative},
                                            {"no_index", no_index},
                                            {"interleaved", interleaved},
                                            {"two_choices", two_choices},
                                            {"odd_usage", odd_usage},
                                            {"after_done", after_done},
                                            {"no_done", no_done},
                                            {"no_usage", no_usage},
                                            {"same_index", same_index},
                                            {"repeated_id", repeated_id},
                                            {"empty_deltas", empty_deltas},
                                            {"no_space", no_space},
                                            {"unknown_event", unknown_event},
                                            {"bad_json", bad_json}}};

}  // namespace

reply_body odd_stream(std::string_view name, transport way) {
  for (const variant& v : variants) {
    if (v.name == name) return v.write(way);
  }
  std::string known;
  for (const variant& v : variants) known += fmt::format("{}{}", known.empty() ? "" : ", ", v.name);
  throw std::runtime_error(fmt::format("unknown sse_variant \"{}\"; known are {}", name, known));
}

reply_body tiny_stream(std::size_t pieces) {
  constexpr std::string_view piece = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"}}]}\n\n";
  stream_writer out;
  std::string all;
  all.reserve(pieces * piece.size());
  for (std::size_t i = 0; i < pieces; ++i) all += piece;
  out.bytes(all);
  out.end("stop");
  return out.take();
}

reply_body listed_stream(const std::vector<std::string>& lines) {
  const std::string delta = stream_writer::chunk({{"content", "Let me see"}});
  const std::string finish = stream_writer::chunk({}, "stop");
  const std::string call = stream_writer::chunk(
      {{"tool_calls",
        {json::object{{"index", 0},
                      {"id", "c1"},
                      {"type", "function"},
                      {"function", {{"name", "query_sql"}, {"arguments", R"({"sql":"SELECT 1"})"}}}}}}});
  stream_writer out;
  for (std::string line : lines) {
    line = replaced(std::move(line), "{delta}", delta);
    line = replaced(std::move(line), "{call}", call);
    line = replaced(std::move(line), "{finish}", finish);
    line = replaced(std::move(line), "{done}", "[DONE]");
    if (line == "event: error") {
      line += "\ndata: {\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}";
    }
    out.bytes(line + "\n\n");
  }
  return out.take();
}

}  // namespace conformance
