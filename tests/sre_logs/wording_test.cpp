#include <oncall/causes/wording.hpp>

#include <doctest/doctest.h>
#include <boost/json/object.hpp>

#include <oncall/evidence/numbers.hpp>

using namespace stook::sre;

TEST_CASE("what is usual is said in words") {
  CHECK(usual_text(0) == "none is usual");
  CHECK(usual_text(0.11) == "almost none (0.11) is usual");
  CHECK(usual_text(0.7) == "about 0.7 is usual");
  CHECK(usual_text(1) == "about 1 is usual");
  CHECK(usual_text(2.5) == "about 2.5 are usual");
  CHECK(usual_text(26.9) == "about 27 are usual");
}

TEST_CASE("a count of one is said in words") {
  CHECK(times_text(1) == "once");
  CHECK(times_text(2) == "2 times");
}

TEST_CASE("the words pass the check of numbers against the scan that they are about") {
  for (const double lines : {0.0, 0.01, 0.11, 0.49, 0.5, 0.96, 1.0, 1.44, 9.96, 26.9, 1'234.5}) {
    cited_values cited;
    cited.add({.id = "E1", .tool = "log_pattern_scan", .result = boost::json::object{{"expected", lines}}});
    CAPTURE(lines);
    CHECK(cited.unsupported(usual_text(lines)).empty());
  }
}
