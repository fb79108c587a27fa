#include <oncall/verify/verify.hpp>

#include <doctest/doctest.h>

#include <oncall/postmortem/render.hpp>
#include <oncall/team/rules.hpp>
#include <stook/core/codec.hpp>

#include "case.hpp"

using namespace stook_test;

namespace {

/// The team with a profiler that says it in its own words, and a writer that adds to it.
class own_words final : public stook::immediate_model {
 public:
  std::function<void(finding&)> reword;
  std::string draft = "{}";

  std::string name() const override { return "own words"; }
  stook::chat_reply generate(const stook::chat_request& request, stook::generation& context) override {
    stook::chat_reply reply = rules_.generate(request, context);
    const stook::conversation_view view(request);
    if (view.offers("draft_postmortem") && !reply.answer.calls().empty())
      return stook::scripted_model::calls("draft_postmortem", draft);
    if (!view.offers("log_pattern_scan") || !reply.answer.calls().empty()) return reply;
    auto found = read_result<finding>(reply.answer.text());
    reword(found);
    return stook::scripted_model::says(stook::to_json_text(found));
  }

 private:
  test::cast rules_;
};

}  // namespace

TEST_CASE("what a model has phrased, left out and added holds, as far as it was taken") {
  written_day day({.seed = 3});
  const auto model = std::make_shared<own_words>();
  SUBCASE("other words") {
    model->reword = [](finding& f) {
      hypothesis& h = f.incidents[0].hypothesis;
      h.statement = "db-proxy had no connection left for its callers";
      h.falsifier = "Idle connections. Check: the pool's own count";
      h.check = "Ask the pool. Check: twice";
      f.incidents[0].basis = std::string(399, 'y');
      f.incidents[0].alternatives.resize(1);
      f.incidents[0].alternatives[0].reason = "It came later";
      f.incidents[0].confidence = confidence_level::low;
      f.incidents[0].symptoms.resize(1);
      f.incidents[0].key_facts.push_back(f.incidents[0].symptoms[0]);
    };
  }
  SUBCASE("no alternative") {
    model->reword = [](finding& f) { f.incidents[0].alternatives.clear(); };
  }
  SUBCASE("a cause that nobody sees") {
    model->reword = [](finding& f) {
      f.incidents[0].hypothesis.service.reset();
      f.incidents[0].hypothesis.mechanism = failure_mechanism::external_dependency;
    };
  }
  SUBCASE("places, and how it went on from there") {
    model->reword = [](finding& f) {
      incident_finding& i = f.incidents[0];
      const auto ids = i.hypothesis.evidence;
      for (contributor& c : i.top_contributors) c.endpoint = "/api/checkout";
      i.propagation = {{"db-proxy", "payments", "Calls waited", 0, ids}};
    };
  }
  SUBCASE("texts of every script and of any length") {
    model->reword = [](finding& f) {
      std::string text;
      for (int i = 0; i < 299; ++i) text += "\u00fc ";
      f.incidents[0].hypothesis.falsifier = text;
      f.incidents[0].hypothesis.check = text;
      f.incidents[0].hypothesis.statement = text;
      f.incidents[0].alternatives[0].hypothesis = text;
      f.incidents[0].unexplained = {text, "a\tb"};
    };
  }
  SUBCASE("rows and an order of actions") {
    model->reword = [](finding&) {};
    model->draft =
        R"({"timeline":[{"t":"2026-01-15T14:52:00Z","event":"Callers begin to wait","kind":"first_error",)"
        R"("source":"metrics","evidence":["E2"]},{"t":"2026-01-15T15:52:00Z","event":"Nobody says so",)"
        R"("kind":"human","source":"human","evidence":["E2"]}],"first_actions":["recycle-pool","game-day"]})";
  }
  REQUIRE(model->reword);
  day.about = std::make_shared<investigation>(
      investigation_options{.files = day.files.files(), .model = "own words"});
  const stook::answer a = make_team(day.about, {.model = model}).run("What happened?", test::fixed());
  REQUIRE_MESSAGE(a.ok(), (a.error ? a.error->message : a.reason));
  const verification outcome = day.verify_anew(*day.about->document);
  CHECK_MESSAGE(outcome.holds, to_text(outcome));
  CHECK_FALSE(drop_unverified(*day.about));
}
