#include <stook/pipeline/pipeline.hpp>

#include <doctest/doctest.h>

#include <optional>

#include <boost/json/value.hpp>

#include <stook/core/json.hpp>

namespace desk {

struct document {
  std::string text;
  int score = 0;
};
STOOK_DESCRIBE(document, (text), (score, "", stook::defaulted))

struct search {
  struct in {
    std::string query;
    int top_k = 2;
  };
  struct out {
    std::vector<document> documents;
  };
  out run(in i) const {
    out o;
    for (int n = 0; n < i.top_k; ++n) o.documents.push_back({i.query + std::to_string(n), n});
    return o;
  }
};
STOOK_DESCRIBE(search::in, (query), (top_k, "Documents to return", stook::defaulted))
STOOK_DESCRIBE(search::out, (documents))

struct prompt {
  struct in {
    std::vector<document> documents;
    std::optional<std::string> note;
  };
  struct out {
    std::string text;
  };
  out run(in i) const {
    std::string all;
    for (const document& d : i.documents) all += d.text + ";";
    return {all + i.note.value_or("")};
  }
};
STOOK_DESCRIBE(prompt::in, (documents), (note))
STOOK_DESCRIBE(prompt::out, (text))

struct parity {
  struct out {
    std::optional<int> even, odd;
  };
  out run(int value) const {
    out o;
    (value % 2 == 0 ? o.even : o.odd) = value;
    return o;
  }
};
STOOK_DESCRIBE(parity::out, (even), (odd))

struct joined {
  stook::greedy<int> value;
};
STOOK_DESCRIBE(joined, (value))

struct summed {
  stook::variadic<int> values;
};
STOOK_DESCRIBE(summed, (values))

struct maybe_summed {
  stook::variadic<int> values;
};
STOOK_DESCRIBE(maybe_summed, (values, "Numbers, if there are any", stook::defaulted))

struct shared_in {
  std::shared_ptr<const std::vector<int>> numbers;
};
STOOK_DESCRIBE(shared_in, (numbers))

struct counter {
  int seen = 0;
  int run(int add) { return seen += add; }
  int save() const { return seen; }
  void load(int from) { seen = from; }
};

struct secret {
  int value = 0;
};

}  // namespace desk

namespace {

std::string code_of(const std::function<void()>& f) {
  try {
    f();
  } catch (const stook::error& e) {
    return e.code();
  }
  return "none";
}

std::string message_of(const std::function<void()>& f) {
  try {
    f();
  } catch (const stook::error& e) {
    return e.what();
  }
  return {};
}

bool mentions(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

stook::run_inputs::entry with(std::string socket, int value) { return {std::move(socket), value}; }

// add -> joiner -> odd? -> add (again), even -> out
stook::pipeline halving_loop() {
  stook::pipeline p;
  auto join = p.add("join", [](desk::joined j) { return *j.value; });
  p.add("parity", desk::parity{});
  p.add("grow", [](int x) { return x + 1; });
  p.connect("join.value", "parity.value");
  p.connect("parity.odd", "grow.value");
  p.connect("grow.value", "join.value");
  return p;
}

}  // namespace

TEST_CASE("described structs become sockets, connected by member pointers or by names") {
  stook::pipeline p;
  auto search = p.add("search", desk::search{});
  auto prompt = p.add("prompt", desk::prompt{});
  p.connect(search, &desk::search::out::documents, prompt, &desk::prompt::in::documents);
  const auto result = p.run({{"search.query", "db"}});
  CHECK(result.at<std::string>("prompt.text") == "db0;db1;");
  CHECK(result.status() == stook::pipeline_status::done);

  const auto more = p.run({{"search.query", "db"}, with("search.top_k", 1), {"prompt.note", "!"}});
  CHECK(more.at<std::string>("prompt.text") == "db0;!");
  CHECK(stook::dump_json(more.to_json()) == R"({"prompt":{"text":"db0;!"}})");
}

TEST_CASE("a chain is written with bars") {
  const stook::pipeline p = stook::component("double", [](int x) { return x * 2; }) |
                            stook::component("next", [](int x) { return x + 1; }) |
                            stook::component("text", [](int x) { return std::to_string(x); });
  CHECK(p.run({with("double.value", 20)}).at<std::string>("text.value") == "41");
}

TEST_CASE("a refused connection lists the sockets and types of both sides") {
  stook::pipeline p;
  p.add("search", desk::search{});
  p.add("prompt", desk::prompt{});
  p.add("parity", desk::parity{});
  const std::string why = message_of([&] { p.connect("search.documents", "prompt.note"); });
  CHECK(mentions(why, "outputs of search: documents (list[desk::document])"));
  CHECK(mentions(why, "inputs of prompt: documents (list[desk::document]), note (string | none)"));
  CHECK(code_of([&] { p.connect("search", "parity"); }) == "connect_types");
  CHECK(code_of([&] { p.connect("search.nothing", "prompt"); }) == "unknown_socket");
  CHECK(code_of([&] { p.connect("nobody", "prompt"); }) == "unknown_component");
  CHECK(code_of([&] { p.connect("search", "search"); }) == "connect_self");
  CHECK(code_of([&] { p.add("a.b", desk::parity{}); }) == "component_name");
  CHECK(code_of([&] { p.add("search", desk::parity{}); }) == "component_name");
}

TEST_CASE("only the same pair of sockets is refused twice, not the same pair of components") {
  struct two {
    int run(int value) const { return value; }
  };
  stook::pipeline p;
  p.add("a", desk::parity{});
  p.add("sum", [](desk::summed s) {
    int total = 0;
    for (int v : s.values) total += v;
    return total;
  });
  p.connect("a.even", "sum.values");
  p.connect("a.odd", "sum.values");
  CHECK(code_of([&] { p.connect("a.even", "sum.values"); }) == "connect_twice");
  p.add("b", two{});
  p.add("c", two{});
  p.connect("b", "c");
  CHECK(code_of([&] { p.connect("a.even", "c.value"); }) == "connect_taken");
  CHECK(p.run({with("a.value", 3), with("b.value", 1)}).at<int>("sum.value") == 3);
}

TEST_CASE("an input that no component has, or that is fed, is an error") {
  stook::pipeline p;
  p.add("search", desk::search{});
  p.add("prompt", desk::prompt{});
  p.connect("search", "prompt.documents");
  CHECK(code_of([&] { p.run({{"search.qery", "x"}}); }) == "unknown_socket");
  CHECK(code_of([&] { p.run({{"serch.query", "x"}}); }) == "unknown_component");
  CHECK(code_of([&] { p.run({}); }) == "input_missing");
  CHECK(code_of([&] { p.run({with("search.query", 5)}); }) == "input_type");
  CHECK(code_of([&] { p.run({with("*.nothing", 5)}); }) == "unknown_socket");
}

TEST_CASE("a loop runs until its router leaves it, and a limit ends one that never does") {
  const stook::pipeline p = halving_loop();
  const auto result = p.run({with("join.value", 7)});
  CHECK(result.at<int>("parity.even") == 8);
  CHECK(result.visits("parity") == 2);
  CHECK(result.visits("grow") == 1);

  stook::pipeline endless({.max_runs = 5});
  endless.add("join", [](desk::joined j) { return *j.value; });
  endless.add("again", [](int x) { return x; });
  endless.connect("join", "again");
  endless.connect("again", "join");
  try {
    endless.run({with("join.value", 1)});
    FAIL("expected an error");
  } catch (const stook::pipeline_error& e) {
    CHECK(e.code() == "max_runs");
    CHECK(mentions(e.what(), "'join' would run more than 5 times"));
    CHECK(e.so_far().visits("again") == 5);
  }
}

TEST_CASE("a stuck pipeline names the socket that waits") {
  stook::pipeline p;
  p.add("parity", desk::parity{});
  p.add("sum", [](desk::prompt::in in) { return in.documents.size(); });
  p.add("list", [](int) { return std::vector<desk::document>{}; });
  p.connect("parity.even", "list.value");
  p.connect("list", "sum.documents");
  const auto result = p.run({with("parity.value", 3), {"sum.note", "n"}});
  CHECK(result.at<int>("parity.odd") == 3);
  REQUIRE(result.waiting().size() == 1);
  CHECK(result.waiting()[0] == "sum waits for sum.documents, which is fed by list.value (did not run)");

  stook::pipeline nothing;
  nothing.add("a", [](int x) { return x; });
  nothing.add("b", [](int x) { return x; });
  nothing.connect("a", "b");
  nothing.connect("b", "a");
  CHECK(code_of([&] { nothing.run(); }) == "pipeline_blocked");
}

TEST_CASE("a receiver that changes its input changes only its own, and shared input is not copied") {
  stook::pipeline p;
  p.add("make", [](int n) { return std::vector<int>(static_cast<std::size_t>(n), 1); });
  p.add("change", [](std::vector<int> v) {
    v.push_back(2);
    return v;
  });
  p.add("look", [](desk::shared_in in) { return in.numbers; });
  p.connect("make", "change");
  p.connect("make", "look");
  const auto result = p.run({with("make.value", 2)}, {.include_outputs_from = {"make"}});
  CHECK(result.at<std::vector<int>>("change.value").size() == 3);
  CHECK(&result.at<std::vector<int>>("look.value") == &result.at<std::vector<int>>("make.value"));
}

TEST_CASE("a failed component leaves a state from which the run can be repeated") {
  stook::pipeline p;
  auto healthy = std::make_shared<bool>(false);
  p.add("first", [](int x) { return x + 1; });
  p.add("second", [healthy](int x) {
    if (!*healthy) throw std::runtime_error("no database");
    return x * 10;
  });
  p.connect("first", "second");
  try {
    p.run({with("first.value", 1)});
    FAIL("expected an error");
  } catch (const stook::pipeline_error& e) {
    CHECK(e.component() == "second");
    CHECK(e.code() == "component_failed");
    CHECK(std::string(e.what()) == "component 'second': no database");
    const stook::json snapshot = e.so_far().snapshot();
    *healthy = true;
    for (int again = 0; again < 2; ++again) {  // a snapshot can be used more than once
      stook::pipeline_run r = p.resume(snapshot);
      while (r.advance()) continue;
      CHECK(r.result().at<int>("second.value") == 20);
      CHECK(r.result().visits("first") == 1);
    }
  }
}

TEST_CASE("a snapshot holds what components save, and refuses another pipeline") {
  const auto make = [] {
    stook::pipeline p = halving_loop();
    p.add("count", desk::counter{});
    p.connect("join.value", "count.value");
    return p;
  };
  const stook::pipeline p = make();
  const auto paused = p.run({with("join.value", 7)}, {.pause_before = stook::component_visit{"count", 2}});
  REQUIRE(paused.status() == stook::pipeline_status::paused);
  const stook::json snapshot = stook::parse_json(stook::dump_json(paused.snapshot()));

  stook::pipeline_run resumed = make().resume(snapshot);
  while (resumed.advance()) continue;
  CHECK(resumed.result().at<int>("count.value") == 15);
  CHECK(resumed.result().at<int>("parity.even") == 8);

  CHECK(code_of([&] { halving_loop().resume(snapshot); }) == "snapshot");
  CHECK(code_of([&] { p.resume(stook::parse_json("{}")); }) == "snapshot");
  CHECK(code_of([&] { p.resume(stook::parse_json("[]")); }) == "snapshot");
}

TEST_CASE("a snapshot that joins what is no list is refused") {
  stook::pipeline p;
  p.add("first", [](int x) { return x + 1; });
  p.add("second", [](int x) { return x * 10; });
  p.connect("first", "second");
  const auto paused = p.run({with("first.value", 1)}, {.pause_before = stook::component_visit{"second", 1}});
  stook::json snapshot = paused.snapshot();
  snapshot.at("joined").as_object().emplace("second.value", true);
  CHECK(code_of([&] { p.resume(snapshot); }) == "snapshot");
}

TEST_CASE("no value among those that an input collects stands for a sender that gave none") {
  stook::pipeline p;
  p.add("even", desk::parity{});
  p.add("sum", [](const desk::maybe_summed& in) {
    int sum = 0;
    for (const int v : in.values) sum += v;
    return sum;
  });
  // from the run: it sets the component going all the same
  CHECK(p.run({with("even.value", 3), {"sum.values", stook::any_value{}}}).at<int>("sum.value") == 0);
  p.connect("even.even", "sum.values");
  p.connect("even.odd", "sum.values");
  const auto result =
      p.run({with("even.value", 4), {"sum.values", stook::any_value{}}, with("sum.values", 10)});
  CHECK(result.at<int>("sum.value") == 14);
  CHECK(result.visits("sum") == 1);

  stook::pipeline_run paused = p.start({with("even.value", 5), with("sum.values", 10)},
                                       {.pause_before = stook::component_visit{"sum", 1}});
  while (paused.advance()) continue;
  stook::pipeline_run resumed = p.resume(paused.result().snapshot());
  while (resumed.advance()) continue;
  CHECK(resumed.result().at<int>("sum.value") == 15);
}

TEST_CASE("a failed visit of a component that collects finds its values again, and the run's ones for ever") {
  stook::pipeline p;
  int calls = 0;
  p.add("a", [](int x) { return x; });
  p.add("b", [](int x) { return x; });
  p.add("sum", [&calls](const desk::summed& in) {
    if (++calls == 1) throw std::runtime_error("not yet");
    int sum = 0;
    for (const int v : in.values) sum = 10 * sum + v;
    return sum;
  });
  p.connect("a", "sum");
  p.connect("b", "sum");
  stook::pipeline_run r = p.start({with("a.value", 1), with("b.value", 2), with("sum.values", 9)});
  CHECK(code_of([&] {
          while (r.advance()) continue;
        }) == "component_failed");
  CHECK(r.result().visits("sum") == 0);
  const stook::json before = r.result().snapshot();
  CHECK(before.at("inputs").at("sum.values").as_array().size() == 3);
  while (r.advance()) continue;
  CHECK(r.result().at<int>("sum.value") == 912);
  CHECK(r.result().snapshot().at("inputs").at("sum.values").as_array().size() == 1);
}

TEST_CASE("a value without a JSON form moves, and only a snapshot refuses it") {
  stook::pipeline p;
  p.add("make", [](int n) { return desk::secret{n}; });
  p.add("open", [](desk::secret s) { return s.value; });
  p.connect("make", "open");
  CHECK(p.run({with("make.value", 4)}).at<int>("open.value") == 4);
  const auto paused = p.run({with("make.value", 4)}, {.pause_before = stook::component_visit{"open", 1}});
  CHECK(code_of([&] { paused.snapshot(); }) == "no_json_form");
}

TEST_CASE("a stream gives each component's outputs as they come") {
  const stook::pipeline p = halving_loop();
  stook::pipeline_run r = p.start({with("join.value", 3)});
  std::string order;
  while (const auto part = r.next()) {
    order += part->component + std::to_string(part->visit) + ":" + part->outputs.at(0).first + " ";
  }
  CHECK(order == "join1:value parity1:odd grow1:value join2:value parity2:even ");
  CHECK(r.result().status() == stook::pipeline_status::done);
}

TEST_CASE("one sender's list and texts are converted where the types differ") {
  stook::pipeline p;
  p.add("one", [](int x) { return std::to_string(x); });
  p.add("lines", [](std::vector<std::string> v) { return v.size(); });
  p.add("alone", [](std::string s) { return s + "!"; });
  p.add("many", [](int n) { return std::vector<std::string>(static_cast<std::size_t>(n), "x"); });
  p.connect("one", "lines");   // a value becomes a list of one
  p.connect("many", "lines");  // and a list input joins the lists of all its senders
  p.connect("many", "alone");  // a list of one text becomes that text
  const auto result = p.run({with("one.value", 5), with("many.value", 1)});
  CHECK(result.at<std::size_t>("lines.value") == 2);
  CHECK(result.at<std::string>("alone.value") == "x!");
  CHECK(code_of([&] { p.run({with("one.value", 5), with("many.value", 2)}); }) == "conversion_failed");
}

TEST_CASE("what the run gives to a fed list joins the list in that run only") {
  stook::pipeline p;
  p.add("many", [](int n) { return std::vector<std::string>(static_cast<std::size_t>(n), "x"); });
  p.add("lines", [](std::vector<std::string> v) { return v; });
  p.connect("many", "lines");
  const std::vector<std::string> own{"user"};
  const auto both = p.run({with("many.value", 1), {"lines.value", own}});
  CHECK(both.at<std::vector<std::string>>("lines.value") == std::vector<std::string>{"user", "x"});
  CHECK(p.run({with("many.value", 1)}).at<std::vector<std::string>>("lines.value").size() == 1);
}

TEST_CASE("pictures show sockets, and what a run did") {
  const stook::pipeline p = halving_loop();
  CHECK(mentions(p.mermaid(), "flowchart TD\n  n0[\"join\"]\n"));
  CHECK(mentions(p.mermaid(), "n1 -- \"odd → value\" --> n2"));
  const auto result = p.run({with("join.value", 8)});
  CHECK(mentions(p.mermaid(&result), "n2[\"grow<br/>skipped\"]:::skipped"));
  CHECK(mentions(p.dot(&result), "n0 [label=\"join\\n1 visit\"];"));
}

TEST_CASE("changing a copy leaves the original as it was") {
  stook::pipeline p = halving_loop();
  stook::pipeline q = p;
  q.add("more", [](int x) { return x; });
  CHECK(p.components().size() == 3);
  CHECK(q.components().size() == 4);
  CHECK(p.run({with("join.value", 2)}).at<int>("parity.even") == 2);
}
