#include <stook/sql/query_result.hpp>

#include <doctest/doctest.h>

#include <boost/json/value.hpp>

#include <cstdint>
#include <limits>

#include <stook/core/json.hpp>

using namespace stook::sqlite;

namespace {

template <typename... Cells>
std::vector<cell> row(Cells... cells) {
  std::vector<cell> r;
  (r.emplace_back(std::move(cells)), ...);
  return r;
}

query_result two_rows() {
  query_result r;
  r.columns = {"n", "n"};
  r.rows.push_back(row(std::int64_t{1}, 0.25));
  r.rows.push_back(row(std::monostate{}, std::string("a \"b\"\n")));
  return r;
}

}  // namespace

TEST_CASE("a result is an object of columns, rows and a flag") {
  CHECK(to_json_text(two_rows()) ==
        R"({"columns":["n","n"],"rows":[[1,0.25],[null,"a \"b\"\n"]],"truncated":false})");
  CHECK(to_json_text(query_result{}) == R"({"columns":[],"rows":[],"truncated":false})");
}

TEST_CASE("the text and the value say the same") {
  query_result r = two_rows();
  r.truncated = true;
  r.cut_cells = 2;
  r.rows.push_back(row(std::numeric_limits<double>::infinity(), std::numeric_limits<std::int64_t>::min()));
  CHECK(stook::parse_json(to_json_text(r)) == to_json(r));
  CHECK(to_json(r).at("cut_cells").to_number<int>() == 2);
}

TEST_CASE("integers that a double cannot hold become text") {
  constexpr std::int64_t exact = std::int64_t{1} << 53;
  query_result r;
  r.columns = {"a", "b", "c"};
  r.rows.push_back(row(exact, exact + 1, -exact - 1));
  CHECK(to_json_text(r).find(R"([9007199254740992,"9007199254740993","-9007199254740993"])") !=
        std::string::npos);
}

TEST_CASE("infinities become null and are announced") {
  query_result r;
  r.columns = {"a", "b"};
  r.rows.push_back(row(std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()));
  CHECK(to_json_text(r) == R"({"columns":["a","b"],"rows":[[null,null]],"truncated":false,"infinite":true})");
}
