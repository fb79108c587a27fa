// What a model over HTTP costs beside the network: writing the requests of a run whose conversation grows,
// and reading replies, whole and streamed, beside a bare parse of the same bytes.

#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "models/anthropic_dialect.hpp"
#include "models/openai_dialect.hpp"
#include "models/request_memory.hpp"

namespace {

using stook::message;

std::vector<message> conversation(int steps) {
  std::vector<message> all{message::system("You are an on-call engineer."),
                           message::user("Why is checkout slow?")};
  for (int i = 0; i < steps; ++i) {
    const std::string id = fmt::format("call_{}", i);
    all.push_back(message::assistant(
        "", {{id, "query_sql", R"({"sql":"SELECT service, count(*) FROM logs GROUP BY service"})"}}));
    all.push_back(
        message::tool(id, "query_sql", R"({"rows":[["payments",1042],["checkout",311]],"truncated":false})"));
  }
  return all;
}

// The requests of a whole run of `steps` steps; the time is that of one of them.
template <typename Write>
void write_run(benchmark::State& state, Write write) {
  const int steps = static_cast<int>(state.range(0));
  const auto all = conversation(steps);
  for (auto _ : state) {
    for (int step = 0; step < steps; ++step) {
      write(stook::chat_request{.messages = std::span(all).first(2 + 2 * static_cast<std::size_t>(step))});
    }
  }
  state.counters["per_step"] = benchmark::Counter(static_cast<double>(state.iterations()) * steps,
                                                  benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

template <typename Dialect>
void remembered(benchmark::State& state) {
  const Dialect to("model", {});
  stook::models::request_memory memory(to);
  write_run(state,
            [&](const stook::chat_request& r) { benchmark::DoNotOptimize(memory.write(r).body().data()); });
}

template <typename Dialect>
void anew(benchmark::State& state) {
  const Dialect to("model", {});
  write_run(state,
            [&](const stook::chat_request& r) { benchmark::DoNotOptimize(write_request(to, r).data()); });
}

std::string reply_of(std::size_t text_bytes) {
  return fmt::format(
      R"({{"id":"chatcmpl-1","object":"chat.completion","created":1700000000,"model":"model","choices":[{{"index":0,)"
      R"("message":{{"role":"assistant","content":"{}","tool_calls":[{{"id":"call_1","type":"function","function":)"
      R"({{"name":"query_sql","arguments":"{{\"sql\":\"SELECT 1\"}}"}}}}]}},"finish_reason":"tool_calls"}}],)"
      R"("usage":{{"prompt_tokens":100,"completion_tokens":20,"total_tokens":120}}}})",
      std::string(text_bytes, 'x'));
}

void read_whole(benchmark::State& state) {
  const stook::models::openai_dialect from("model", {});
  const std::string body = reply_of(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(from.read_whole(body));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
}

void bare_parse(benchmark::State& state) {
  const std::string body = reply_of(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(boost::json::parse(body));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
}

void read_deltas(benchmark::State& state) {
  const stook::models::openai_dialect from("model", {});
  const std::string delta = R"({"id":"chatcmpl-1","choices":[{"index":0,"delta":{"content":"tok "}}]})";
  const auto deltas = state.range(0);
  for (auto _ : state) {
    stook::generation nobody;
    const auto reader = from.read_stream(nobody);
    for (std::int64_t i = 0; i < deltas; ++i) reader->read("", delta);
    reader->read("", "[DONE]");
    benchmark::DoNotOptimize(reader->finish());
  }
  state.SetItemsProcessed(state.iterations() * deltas);
}

}  // namespace

BENCHMARK(remembered<stook::models::openai_dialect>)->Name("write/remembered/openai")->Arg(10)->Arg(100);
BENCHMARK(remembered<stook::models::anthropic_dialect>)->Name("write/remembered/anthropic")->Arg(100);
BENCHMARK(anew<stook::models::openai_dialect>)->Name("write/anew/openai")->Arg(10)->Arg(100);
BENCHMARK(read_whole)->Name("read/whole")->Arg(100)->Arg(10'000);
BENCHMARK(bare_parse)->Name("read/bare_parse")->Arg(100)->Arg(10'000);
BENCHMARK(read_deltas)->Name("read/deltas")->Arg(1000)->Arg(1'000'000);

BENCHMARK_MAIN();
