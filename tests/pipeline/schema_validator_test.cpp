#include <stook/pipeline/schema_validator.hpp>

#include <doctest/doctest.h>

#include <stook/pipeline/joiners.hpp>
#include <stook/pipeline/pipeline.hpp>

#include "errors.hpp"
#include "shop.hpp"

TEST_CASE("a validator tells the model what is wrong until the answer holds the schema") {
  stook::pipeline p;
  p.add("retry", stook::branch_joiner{});
  p.add("model", [tries = 0](stook::any_value) mutable {
    constexpr const char* answers[] = {"no idea", R"({"kind":"bug","score":11})",
                                       "Sure:\n```json\n{\"kind\":\"bug\",\"score\":7}\n```\n"};
    return stook::message::assistant(answers[tries++]);
  });
  p.add("check", stook::schema_validator<shop::ticket>{});
  p.connect("retry", "model");
  p.connect("model", "check");
  p.connect("check.invalid", "retry.value");
  stook::pipeline_run r = p.start({{"retry.value", "Triage this."}});
  std::string repairs;
  while (const auto part = r.next()) {
    for (const auto& [name, value] : part->outputs) {
      if (name == "invalid") repairs += value.get_if<stook::message>()->text();
    }
  }
  CHECK(r.result().at<shop::ticket>("check.valid").score == 7);
  CHECK(r.result().visits("model") == 3);
  CHECK(mentions(repairs, "expected JSON and nothing else"));
  CHECK(mentions(repairs, "score: 11 is above the maximum"));
  CHECK(mentions(repairs, R"("maximum":10)"));
}
