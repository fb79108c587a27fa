#include <oncall/verify/verify.hpp>

#include <doctest/doctest.h>
#include <boost/json/value.hpp>

#include <oncall/postmortem/render.hpp>
#include <stook/core/error.hpp>
#include <stook/core/json.hpp>

#include "case.hpp"

using namespace stook_test;
using stook::json;

namespace {

/// The code and the message of what `text` is refused with; empty if it is taken.
std::string refusal(const std::string& text) {
  try {
    read_document_text(text, "p.json");
    return {};
  } catch (const stook::error& e) {
    return e.code() + ": " + e.what();
  }
}

bool is_refused(const std::string& text, std::string_view part) {
  const std::string why = refusal(text);
  const bool as_expected = why.starts_with("input_document: p.json") && why.find(part) != why.npos;
  if (!as_expected) MESSAGE(why);
  return as_expected;
}

json sample() {
  static const std::string text = [] {
    written_day day;
    return to_json_document(day.investigate());
  }();
  return stook::parse_json(text);
}

}  // namespace

TEST_CASE("what is no document is refused with the place") {
  CHECK(is_refused("", "json"));
  CHECK(is_refused("not JSON", ""));
  CHECK(is_refused("[]", "object"));
  CHECK(is_refused("{}", "schema_version"));
  CHECK(is_refused(R"({"schema_version":"1"})", "verdict"));
  CHECK(is_refused(std::string(100'000, '['), "64"));
  CHECK(is_refused("\xff{}", ""));
}

TEST_CASE("a document of another form is refused with the member") {
  json document = sample();
  SUBCASE("another version") {
    document.at("schema_version") = "2";
    CHECK(is_refused(stook::dump_json(document), "expected \"1\""));
  }
  SUBCASE("a member too many") {
    document.as_object()["note"] = 1;
    CHECK(is_refused(stook::dump_json(document), "note"));
  }
  SUBCASE("a number for a text") {
    document.at("incidents").at(0).at("title") = 7;
    CHECK(is_refused(stook::dump_json(document), "incidents[0].title"));
  }
  SUBCASE("a name that is none of an enumeration") {
    document.at("verdict") = "perhaps";
    CHECK(is_refused(stook::dump_json(document), "verdict"));
  }
  SUBCASE("a time that is none") {
    document.at("incidents").at(0).at("window").at("start") = "yesterday";
    CHECK(is_refused(stook::dump_json(document), "incidents[0].window.start"));
  }
  SUBCASE("one that blames") {
    document.at("incidents").at(0).at("blameless") = false;
    CHECK(is_refused(stook::dump_json(document), "blameless"));
  }
  SUBCASE("a window of one instant") {
    document.at("evidence").at(0).at("window").as_array().resize(1);
    CHECK(is_refused(stook::dump_json(document), "evidence[0].window"));
  }
}

TEST_CASE("a document that asks for too much is refused before any query is run") {
  json document = sample();
  SUBCASE("evidence") {
    auto& all = document.at("evidence").as_array();
    while (all.size() < 501) all.push_back(all.back());
    CHECK(is_refused(stook::dump_json(document), "501 pieces of evidence"));
  }
  SUBCASE("a result") {
    document.at("evidence").at(0).at("result") = std::string(20'000, 'x');
    CHECK(is_refused(stook::dump_json(document), "evidence[0].result"));
  }
  SUBCASE("a query") {
    document.at("evidence").at(0).at("query") = std::string(20'000, ' ');
    CHECK(is_refused(stook::dump_json(document), "evidence[0].query"));
  }
  SUBCASE("citations") {
    auto& ids = document.at("summary").at(0).at("evidence").as_array();
    ids.resize(20'001, "E1");
    CHECK(is_refused(stook::dump_json(document), "citations"));
  }
  SUBCASE("bytes") { CHECK(is_refused(std::string(17 * 1024 * 1024, ' '), "bytes")); }
}

TEST_CASE("a file that cannot be read is named") {
  for (const char* name : {"/nowhere/p.json", "/tmp"}) {
    try {
      read_document(name);
      FAIL("it was read");
    } catch (const stook::error& e) {
      CHECK(e.code() == "input_open");
      CHECK(std::string(e.what()).find(name) != std::string::npos);
    }
  }
}
