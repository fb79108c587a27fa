#include <oncall/logs/mine_file.hpp>

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <stook/core/error.hpp>

#include "../sre/data/scratch_dir.hpp"

using namespace stook::sre;
using stook::sre::testing::scratch_dir;

namespace {

std::string ids_of(std::string_view csv) {
  const scratch_dir scratch;
  std::string out;
  mine_file(scratch.write("x.csv", csv), "Content", stook::redactor(), [&](std::optional<std::uint32_t> id) {
    out += id ? std::to_string(*id) + " " : std::string("- ");
  });
  return out;
}

}  // namespace

TEST_CASE("each line gets the id of its template, in the order of the file") {
  CHECK(ids_of("Id,Content\n1,took 5 ms\n2,all is well\n3,took 7 ms\n") == "0 1 0 ");
  CHECK(ids_of("Content\nb\na\nb\n") == "0 1 0 ");
}

TEST_CASE("a line that is no row has its place") {
  CHECK(ids_of("Id,Content\nbroken\n1,took 5 ms\n\n2,\"two\nlines\"\n3,took 7 ms\nbroken\n") ==
        "- 0 - 1 0 - ");
}

TEST_CASE("templates come commonest first, and without secrets") {
  const scratch_dir scratch;
  const mined_file mined = mine_file(
      scratch.write("x.csv", "msg\nlogin with password=hunter2\nwaited 5 ms\nwaited 6 ms\n"), "msg");
  CHECK(mined.lines == 3);
  CHECK(mined.distinct == 2);
  REQUIRE(mined.templates.size() == 2);
  CHECK(mined.templates[0].text == "waited <int> ms");
  CHECK(mined.templates[0].count == 2);
  CHECK(mined.templates[1].text == "login with password=[redacted:password]");
  CHECK(mined.report.count(input_issue::secret) == 1);
  CHECK_THROWS_AS(mine_file(scratch.path() / "x.csv", "message"), stook::error);
}
