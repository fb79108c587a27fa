#include <stook/models/cassette.hpp>

#include <fstream>
#include <sstream>
#include <thread>

#include <unistd.h>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <stook/agent/agent.hpp>

#include "asking.hpp"

namespace fs = std::filesystem;
using namespace asking;
using namespace std::chrono_literals;
using script = stook::scripted_model;

namespace {

// A directory that is gone with the test.
struct scratch {
  fs::path directory = fs::temp_directory_path() / fmt::format("stook_cassette_{}_{}", getpid(), count++);
  fs::path file = directory / "tape.json";
  static inline int count = 0;

  scratch() { fs::create_directories(directory); }
  ~scratch() { fs::remove_all(directory); }
  std::string text() const {
    std::ostringstream out;
    out << std::ifstream(file, std::ios::binary).rdbuf();
    return out.str();
  }
  void write(std::string_view text) const { std::ofstream(file, std::ios::binary) << text; }
};

struct count_args {
  int minutes = 10;
};
STOOK_DESCRIBE(count_args, (minutes, "How far back"))

stook::agent counting(std::shared_ptr<stook::chat_model> model) {
  stook::tool count("count_errors", "Counts error lines.", stook::reads,
                    [](count_args a) { return a.minutes * 40; });
  return stook::agent({.name = "a", .instructions = "Count.", .model = std::move(model), .tools = {count}});
}

std::shared_ptr<script> counting_script() {
  return std::make_shared<script>(std::vector{
      script::calls("count_errors", R"({"minutes":10})"), script::calls("count_errors", R"({"minutes":20})"),
      script::says("1200 errors", {.input_tokens = 9, .output_tokens = 3})});
}

std::string what_is_wrong(const fs::path& file, stook::cassette_options options = {}) {
  try {
    stook::replay_cassette(file, options);
  } catch (const stook::error& e) {
    CHECK(e.code() == "bad_cassette");
    return e.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a run is recorded and played again, with what it used, and without the model") {
  const scratch s;
  const auto first = counting(stook::record_cassette(counting_script(), s.file)).run("How many?");
  REQUIRE(first.ok());
  // another run makes up other ids for its calls
  for (int i = 0; i < 2; ++i) {
    const auto replay = stook::replay_cassette(s.file);
    CHECK(replay->is_immediate());
    const auto again = counting(replay).run("How many?");
    CHECK(again.text == "1200 errors");
    CHECK(again.used == first.used);
    CHECK(again.steps == 3);
  }
  caller c;
  const auto failed = failure_of(*stook::replay_cassette(s.file), c, "Who?");
  REQUIRE(failed);
  CHECK(failed->code() == "model.unrecorded");
}

TEST_CASE("a conversation that grows is kept once") {
  const scratch s;
  counting(stook::record_cassette(counting_script(), s.file)).run("How many?");
  const std::string text = s.text();
  CHECK(text.find("How many?") == text.rfind("How many?"));
  CHECK(text.find("Counts error lines.") == text.rfind("Counts error lines."));
  CHECK(text.starts_with("{\"stook_cassette\": 1,\n"));
  CHECK_FALSE(fs::exists(s.file.string() + ".unfinished"));
}

TEST_CASE("an unrecorded request is an error that names what differs first") {
  const scratch s;
  const auto ask_with = [](stook::chat_model& model, std::vector<message> said, chat_request extra = {}) {
    caller c;
    extra.messages = said;
    try {
      model.generate(extra, c);
    } catch (const stook::error& e) {
      CHECK(e.code() == "model.unrecorded");
      return std::string(e.what());
    }
    return std::string();
  };
  const std::vector<message> said{message::system("be brief"), message::user("How is checkout?")};
  {
    const auto recorder = stook::record_cassette(std::make_shared<actor>(std::vector<act>{{}}), s.file);
    CHECK(ask_with(*recorder, {message::system("other"), message::user("?")}) == "");
    CHECK(ask_with(*recorder, said) == "");
  }
  const auto replay = stook::replay_cassette(s.file);
  CHECK(
      ask_with(*replay, {said[0], message::user("How is payments?")}) ==
      s.file.string() +
          ": this request was not recorded; the nearest of 2 is number 2: message 1 differs first: recorded "
          R"({"role":"user","text":"How is checkout?"}, asked {"role":"user","text":"How is payments?"})");
  CHECK(ask_with(*replay, {said[0]})
            .ends_with("2 messages were recorded and 1 are asked; the first 1 are the same"));
  CHECK(ask_with(*replay, said, {.temperature = 0.5}).find("the options differ") != std::string::npos);
  CHECK(ask_with(*replay, said, {.must_call = "t"}).find("the options differ") != std::string::npos);
  const std::vector<stook::tool> tools{
      stook::tool("t", "", stook::pure, [](count_args a) { return a.minutes; })};
  CHECK(
      ask_with(*replay, said, {.tools = tools}).ends_with("the messages are the same, and the tools differ"));
  CHECK(ask_with(*replay, said) == "");
  CHECK(ask_with(*replay, said).ends_with("this request was recorded 1 times and is made once more"));
}

TEST_CASE("the same request is answered in the order in which it was recorded") {
  const scratch s;
  const auto recorder = stook::record_cassette(
      std::make_shared<actor>(std::vector<act>{{.says = "one"}, {.says = "two"}, {.says = "three"}}), s.file);
  for (int i = 0; i < 3; ++i) ask(*recorder);
  const auto replay = stook::replay_cassette(s.file);
  CHECK(ask(*replay) == "one");
  CHECK(ask(*replay) == "two");
  CHECK(ask(*replay) == "three");
}

TEST_CASE("failures are recorded as they were, and cancellations are not") {
  const scratch s;
  const auto inner = std::make_shared<actor>(std::vector<act>{{.fails = overload(429, 1500ms)}, {}});
  for (const bool waits : {false, true}) {
    std::shared_ptr<stook::chat_model> model = inner;
    if (waits) model = std::make_shared<slow_actor>(std::vector<act>{{.fails = overload(429, 1500ms)}, {}});
    const auto recorder = stook::record_cassette(model, s.file);
    CHECK(recorder->is_immediate() != waits);
    caller c;
    CHECK(failure_of(*recorder, c));
    CHECK(ask(*recorder) == "done");
    const auto replay = stook::replay_cassette(s.file);
    const auto failed = failure_of(*replay, c);
    REQUIRE(failed);
    CHECK(failed->http_status() == 429);
    CHECK(failed->retry_after() == 1500ms);
    CHECK(failed->what_failed() == overload().what_failed());
    CHECK(ask(*replay) == "done");
  }
  caller stopped;
  stopped.source.request_stop();
  const auto recorder = stook::record_cassette(
      std::make_shared<actor>(std::vector<act>{{.fails = failing("cancelled")}}), s.file);
  CHECK(failure_of(*recorder, stopped));
  CHECK(s.text().find("cancelled") == std::string::npos);
}

TEST_CASE("what was not recorded may be answered by another model") {
  const scratch s;
  ask(*stook::record_cassette(std::make_shared<actor>(std::vector<act>{{.says = "taped"}}), s.file), "known");
  const auto live = std::make_shared<slow_actor>(std::vector<act>{{.says = "live"}});
  const auto replay = stook::replay_cassette(s.file, {.otherwise = live});
  CHECK_FALSE(replay->is_immediate());
  CHECK(ask(*replay, "known") == "taped");
  CHECK(ask(*replay, "unknown") == "live");
  const auto at_once = std::make_shared<actor>(std::vector<act>{{.says = "live"}});
  const auto immediate = stook::replay_cassette(s.file, {.otherwise = at_once});
  CHECK(immediate->is_immediate());
  CHECK(ask(*immediate, "unknown") == "live");
}

TEST_CASE("no marked key is in a cassette or in an error, wherever it stood") {
  const std::string marked = "canary\"7f3a\\9c";
  const std::string escaped = R"(canary\"7f3a\\9c)";
  const std::string pem = "-----BEGIN RSA PRIVATE KEY-----\nMIIEcanary\n-----END RSA PRIVATE KEY-----";
  const std::vector<std::string> keys{
      "sk-proj-abcdefghijklmnop1234", "sk-ant-api03-abcdefghijklmnop",
      "AKIAIOSFODNN7EXAMPLE",         "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
      "xoxb-1234567890-abcdef",       "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl"};
  std::string all = marked + " " + pem + " Authorization: Bearer abcdef123456 postgres://ops:hunter2@db/x";
  for (const std::string& key : keys) all += " " + key;

  const scratch s;
  const std::vector<message> said{message::system(all), message::user(all),
                                  message::assistant("", {{"c1", "look", "{\"key\":\"" + escaped + "\"}"}})
                                      .with_provider_data("{\"k\":\"" + escaped + "\"}"),
                                  message::tool("c1", "look", all)};
  const std::vector<stook::tool> tools{
      stook::tool("look", "Uses " + marked, stook::pure, [](count_args a) { return a.minutes; })};
  const std::string schema_text = "{\"const\":\"" + escaped + "\"}";
  const stook::answer_schema secret_schema{"answer", schema_text};
  const chat_request request{.messages = said, .tools = tools, .schema = &secret_schema};
  caller c;
  int n = 0;
  const auto inner = std::make_shared<script>([&](const chat_request&) {
    if (++n == 1) throw model_error({"model.auth", "wrong key " + all, "try " + marked});
    return n == 2 ? script::says(all) : script::calls("look", "{\"key\":\"" + escaped + "\"}", "c9");
  });
  const auto recorder = stook::record_cassette(inner, s.file, {.secrets = {marked}});
  CHECK_THROWS_AS(recorder->generate(request, c), stook::error);
  recorder->generate(request, c);
  recorder->generate(request, c);

  std::vector<std::string> forbidden = keys;
  for (const char* more : {"canary", "MIIE", "abcdef123456", "hunter2", "7f3a"}) forbidden.push_back(more);
  const std::string text = s.text();
  for (const std::string& secret : forbidden) {
    CAPTURE(secret);
    CHECK(text.find(secret) == std::string::npos);
  }
  CHECK(text.find("postgres://ops:[redacted:password]@db/x") != std::string::npos);

  const auto replay = stook::replay_cassette(s.file, {.secrets = {marked}});
  for (int i = 0; i < 5; ++i) {
    std::string said_of_it;
    try {
      auto other = said;
      if (i == 4) other[1] = message::user("x " + all);
      const chat_request again{.messages = other, .tools = tools, .schema = &secret_schema};
      said_of_it = to_json_text(replay->generate(again, c).answer);
      CHECK((i == 1 || i == 2));
    } catch (const stook::error& e) {
      said_of_it = e.what_failed().message + e.what_failed().hint;
      CHECK((i == 0 || i > 2));
    }
    for (const std::string& secret : forbidden) CHECK(said_of_it.find(secret) == std::string::npos);
  }
  CHECK_THROWS_AS(stook::record_cassette(inner, s.file, {.secrets = {"abc"}}), stook::error);
}

TEST_CASE("a recorder serves several threads, and every exchange is there") {
  const scratch s;
  const auto recorder = stook::record_cassette(
      std::make_shared<script>([](const chat_request& r) { return script::says(r.messages[0].text()); }),
      s.file);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 10; ++i) static_cast<void>(ask(*recorder, fmt::format("{} {}", t, i)));
    });
  }
  for (auto& t : threads) t.join();
  const auto replay = stook::replay_cassette(s.file);
  std::atomic<int> right = 0;
  threads.clear();
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 10; ++i)
        right += ask(*replay, fmt::format("{} {}", t, i)) == fmt::format("{} {}", t, i);
    });
  }
  for (auto& t : threads) t.join();
  CHECK(right == 40);
}

TEST_CASE("a file from somebody else is bounded and checked before it is used") {
  const scratch s;
  CHECK(what_is_wrong(s.file).find("no such file") != std::string::npos);
  CHECK(what_is_wrong(s.directory) != "");
  CHECK(what_is_wrong("/dev/zero") != "");
  const std::string rest = R"("messages":[{"role":"user","text":"?"}],"tools":[[]],"exchanges":[)";
  const auto exchange = [](std::string_view what) {
    return fmt::format(R"({{"messages":[0],"tools":0,"options":{{"choice":"automatic"}},{}}}]}})", what);
  };
  const std::string good = R"("reply":{"message":{"role":"assistant","text":"x"},"finish":"stop"})";
  s.write("{\"stook_cassette\":1," + rest + exchange(good));
  CHECK(ask(*stook::replay_cassette(s.file)) == "x");
  CHECK(what_is_wrong(s.file, {.most_bytes = 20}).find("more than 20 bytes") != std::string::npos);

  const std::vector<std::string> bad{
      "",
      "[]",
      "{",
      std::string("\xff\xfe", 2),
      std::string(5000, '['),
      "{\"stook_cassette\":2," + rest + "]}",
      "{\"stook_cassette\":1," + rest + exchange(good).replace(0, 15, "{\"messages\":[1]"),
      "{\"stook_cassette\":1," + rest + exchange(good).replace(0, 16, "{\"messages\":[-1]"),
      "{\"stook_cassette\":1," + rest + exchange(good + ",\"failure\":{\"code\":\"c\",\"message\":\"m\"}"),
      "{\"stook_cassette\":1," + rest +
          exchange(R"("reply":{"message":{"role":"user","text":"x"},"finish":"stop"})"),
      "{\"stook_cassette\":1," + rest +
          exchange(R"("reply":{"message":{"role":"assistant"},"finish":"banana"})")};
  for (const std::string& text : bad) {
    CAPTURE(text.substr(0, 200));
    s.write(text);
    CHECK(what_is_wrong(s.file) != "");
  }
  // as a program of somebody else's writes it: other order, other blanks
  s.write(
      R"({ "exchanges": [ {"options": {"choice":"automatic"}, )" + good +
      R"(, "tools":0, "messages":[0]} ], "tools":[[]], "messages":[{"text":"?","role":"user"}], "stook_cassette":1 })");
  CHECK(ask(*stook::replay_cassette(s.file)) == "x");
}

TEST_CASE("a file that cannot be written to is found out before the work") {
  const scratch s;
  const auto inner = std::make_shared<actor>(std::vector<act>{{}});
  CHECK_THROWS_AS(stook::record_cassette(inner, s.directory / "none" / "tape.json"), stook::error);
  CHECK_THROWS_AS(stook::record_cassette(nullptr, s.file), stook::error);
}
