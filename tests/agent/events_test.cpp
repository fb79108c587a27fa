#include <stook/agent/events.hpp>

#include <doctest/doctest.h>

#include "scripts.hpp"

using scripts::call;
using scripts::calls;
using scripts::says;
using stook::tool;

namespace {

// Every event as one word, indented by the depth of its run.
struct diary final : stook::run_listener {
  std::string all;
  std::string secrets;
  void on_event(const stook::event& e) override {
    struct word {
      std::string operator()(const stook::run_started&) const { return "run("; }
      std::string operator()(const stook::step_started& s) const {
        return "step" + std::to_string(s.step) + "(";
      }
      std::string operator()(const stook::text_arrived& t) const { return "'" + std::string(t.piece) + "'"; }
      std::string operator()(const stook::model_replied&) const { return "reply"; }
      std::string operator()(const stook::tool_started& t) const { return t.call.name + "("; }
      std::string operator()(const stook::tool_progressed& p) const { return "~" + std::string(p.text); }
      std::string operator()(const stook::tool_finished& t) const { return ")" + t.call.name; }
      std::string operator()(const stook::state_changed& s) const { return "state:" + std::string(s.key); }
      std::string operator()(const stook::step_finished& s) const { return ")" + std::to_string(s.step); }
      std::string operator()(const stook::run_finished& f) const {
        return ")" + std::string(to_string(f.result.status));
      }
    };
    if (!all.empty()) all += ' ';
    all += std::string(static_cast<std::size_t>(e.depth), '>') + std::visit(word{}, e.what);
    CHECK(e.parent_run_id.empty() == (e.depth == 0));
  }
};

stook::run_options heard_by(stook::run_listener& l) {
  stook::run_options o;
  o.listener = &l;
  return o;
}

}  // namespace

TEST_CASE("events come in the order of AG-UI, every start with its end") {
  const stook::agent a({.name = "x",
                        .model = scripts::script({calls({{"count", "{}"}, {"nope", "{}"}}), says("ok")}),
                        .tools = {tool("count", "", {.outputs = {{"n"}}},
                                       [](const stook::run_context& c) {
                                         c.progress("half", 0.5);
                                         return 1;
                                       })},
                        .state = {stook::state_key::of<int>("n")}});
  diary d;
  auto options = heard_by(d);
  CHECK(a.run("go", options).ok());
  CHECK(d.all == "run( step1( reply count( ~half state:n )count nope( )nope )1 step2( 'ok' reply )2 )done");
}

TEST_CASE("the events of a child stand between the start and the end of its call") {
  const stook::agent child({.name = "child", .model = scripts::script({says("fine")})});
  const stook::agent lead({.name = "lead",
                           .model = scripts::script({call("ask", R"({"task":"t"})"), says("ok")}),
                           .tools = {child.as_tool("ask", "")}});
  diary d;
  auto options = heard_by(d);
  lead.run("go", options);
  CHECK(d.all ==
        "run( step1( reply ask( >run( >step1( >'fine' >reply >)1 >)done )ask )1 step2( 'ok' reply )2 )done");
}

TEST_CASE("a run that fails or stops closes what it opened") {
  const stook::agent a({.name = "x", .model = scripts::script({})});
  diary d;
  auto options = heard_by(d);
  a.run("go", options);
  CHECK(d.all == "run( step1( )0 )failed");
  const stook::agent b({.name = "x",
                        .model = scripts::script({call("t"), says("never")}),
                        .tools = {tool("t", "", {.needs_approval = true}, [] { return 1; })}});
  diary e;
  auto other = heard_by(e);
  const auto paused = b.run("go", other);
  CHECK(e.all == "run( step1( reply )1 )paused");
  e.all.clear();
  b.resume(paused, {{paused.pending[0].hash, {stook::approval::verdict::approve}}}, other);
  CHECK(e.all == "run( t( )t step2( 'never' reply )2 )done");
}

TEST_CASE("a listener that throws ends the run, whatever the event") {
  for (int n = 1; n <= 12; ++n) {
    struct bomb final : stook::run_listener {
      int left = 0;
      void on_event(const stook::event&) override {
        if (--left == 0) throw std::runtime_error("disk full");
      }
    } l;
    l.left = n;
    const stook::agent a({.name = "x",
                          .model = scripts::script({call("t"), says("ok")}),
                          .tools = {tool("t", "", {.outputs = {{"n"}}}, [] { return 1; })},
                          .state = {stook::state_key::of<int>("n")}});
    auto options = heard_by(l);
    const auto out = a.run("go", options);
    CAPTURE(n);
    CHECK(scripts::flaw(out) == "");
    if (l.left > 0 || n == 12) continue;  // beyond the last event, or the last itself: the run is over
    CHECK(out.status == stook::run_status::failed);
    CHECK(out.reason == "listener_failed");
    CHECK(out.error->message.find("disk full") != std::string::npos);
  }
}
