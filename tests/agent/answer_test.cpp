#include <stook/agent/answer.hpp>

#include <doctest/doctest.h>

#include "scripts.hpp"

using scripts::says;
using stook::run_status;

namespace {
struct cause {
  std::string service;
  int confidence = 0;
};
STOOK_DESCRIBE(cause, (service), (confidence, "Percent", stook::between{0, 100}))

stook::answer ask(std::vector<stook::chat_reply> replies,
                  std::shared_ptr<stook::scripted_model>* kept = nullptr) {
  auto model = scripts::script(std::move(replies));
  if (kept) *kept = model;
  return stook::agent({.name = "x", .model = model}).run_as<cause>("why?");
}
}  // namespace

TEST_CASE("an answer of a type is corrected until it is one") {
  std::shared_ptr<stook::scripted_model> model;
  const auto a = ask({says("the database"), says(R"({"service":"db","confidence":300})"),
                      says(R"({"service":"db","confidence":90})")},
                     &model);
  CHECK(a.ok());
  CHECK(a.as<cause>().service == "db");
  CHECK(model->requests()[2].messages.back().text().find("confidence") != std::string::npos);
}

TEST_CASE("after two corrections the answer is partial, with the text that there is") {
  const auto a = ask({says("1"), says("2"), says("three")});
  CHECK(a.status == run_status::partial);
  CHECK(a.reason == "answer.schema");
  CHECK(a.text == "three");
  CHECK_THROWS_AS(a.as<cause>(), stook::error);
}

TEST_CASE("an answer of a type that was cut or refused is none, whatever it looks like") {
  const auto reason_of = [](stook::finish_reason finish) {
    auto reply = says(R"({"service":"db","confidence":90})");
    reply.finish = finish;
    std::shared_ptr<stook::scripted_model> model;
    const auto a = ask({reply, says("more")}, &model);
    CHECK_FALSE(a.ok());
    CHECK(model->requests().size() == 1);
    return a.reason;
  };
  CHECK(reason_of(stook::finish_reason::length) == "model.truncated");
  CHECK(reason_of(stook::finish_reason::content_filter) == "model.refused");
}

TEST_CASE("a status has its name, and only done is ok") {
  CHECK(to_string(run_status::paused) == "paused");
  stook::answer a;
  CHECK_FALSE(a.ok());
  a.status = run_status::done;
  CHECK(a.ok());
}
