#include <stook/chat/history.hpp>

#include <doctest/doctest.h>

using stook::check_history;
using stook::message;

namespace {
std::string wrong(std::vector<message> all) {
  const auto f = check_history(all);
  if (!f) return "";
  CHECK(f->code == "bad_history");
  return f->message;
}
message call(std::string id) { return message::assistant("", {{std::move(id), "q", "{}"}}); }
message answered(std::string id) { return message::tool(std::move(id), "q", "1"); }
}  // namespace

TEST_CASE("a sound conversation passes") {
  CHECK(wrong({message::system("s"), message::user("u"), call("a"), answered("a"), message::assistant("t"),
               message::user("more")}) == "");
  CHECK(wrong({}) == "");
}

TEST_CASE("an image alone is something to say") {
  CHECK(wrong({message::user("", {stook::image::at("https://example.com/a.png")})}) == "");
}

TEST_CASE("what a provider would refuse is found and named by its index") {
  CHECK(wrong({message::user("u"), message::system("s")}).starts_with("message 1"));
  CHECK(wrong({message::user("")}) != "");
  CHECK(wrong({message::user("u"), message::assistant("")}) != "");
  CHECK(wrong({message::user("u"), call("a")}) != "");
  CHECK(wrong({message::user("u"), call("a"), message::user("v")}).starts_with("message 2"));
  CHECK(wrong({message::user("u"), call("a"), answered("a"), answered("a")}) != "");
  CHECK(wrong({message::user("u"), answered("a")}) != "");
  CHECK(wrong({message::user("u"), call("a"), answered("a"), call("a"), answered("a")}).find("not unique") !=
        std::string::npos);
  CHECK(wrong({message::user("u"), call("")}) != "");
  CHECK(wrong({message::user("bad \xff")}) != "");
  CHECK(wrong({message::user("u"), message::assistant("", {{"a", "q", "{"}}), answered("a")}) != "");
}

TEST_CASE("answers may come in any order") {
  const message two = message::assistant("", {{"a", "q", "{}"}, {"b", "q", "{}"}});
  CHECK(wrong({message::user("u"), two, answered("b"), answered("a")}) == "");
}

TEST_CASE("a growing conversation is checked once a message, and again after a reset") {
  stook::history_checker checker;
  std::vector<message> all{message::user("u"), call("a")};
  CHECK_FALSE(checker.extend(all));
  CHECK(checker.complete());
  CHECK(checker.knows_call("a"));
  all.push_back(answered("a"));
  CHECK_FALSE(checker.extend(all));
  CHECK_FALSE(checker.complete());
  all[0] = message::user("");
  CHECK_FALSE(checker.extend(all));  // looked at already
  checker.reset();
  CHECK(checker.extend(all));
}
