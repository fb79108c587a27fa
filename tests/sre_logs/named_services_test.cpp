#include <oncall/logs/named_services.hpp>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "made_logs.hpp"

using namespace stook::sre;
using namespace stook::sre::testing;

TEST_CASE("services are found in messages as whole words, without the one that writes") {
  log_table logs;
  add_line(logs, 1, "pay", "ERROR", "", "call to Stock timed out, pay gives up");
  add_line(logs, 2, "pay", "ERROR", "", "GET http://stock/v1 -> 504");
  add_line(logs, 3, "pay", "ERROR", "", "stock-level is low; restock; pg-main:5432 refused");
  add_line(logs, 4, "stock", "INFO", "", "ok");
  add_line(logs, 5, "pg-main", "INFO", "", "ok");
  const named_services named(logs);
  const std::vector<std::uint32_t> rows{0, 1, 2};
  const std::vector<named_share> found = named.in(rows);
  REQUIRE(found.size() == 2);
  CHECK(found[0].service == "stock");
  CHECK(found[0].share == doctest::Approx(2.0 / 3));
  CHECK(found[1].service == "pg-main");
  CHECK(named.in({}).empty());
}

TEST_CASE("of many rows a sample tells what they name, and a name that is rare is left out") {
  log_table logs;
  for (int i = 0; i < 9'000; ++i)
    add_line(logs, i, "pay", "ERROR", "", i % 7 == 0 ? "call to cart timed out" : "call to stock timed out");
  add_line(logs, 9'001, "stock", "INFO", "", "ok");
  add_line(logs, 9'002, "cart", "INFO", "", "ok");
  std::vector<std::uint32_t> rows(9'000);
  for (std::uint32_t i = 0; i < rows.size(); ++i) rows[i] = i;
  const std::vector<named_share> found = named_services(logs).in(rows);
  REQUIRE(found.size() == 1);
  CHECK(found[0].service == "stock");
  CHECK(found[0].share == doctest::Approx(6.0 / 7).epsilon(0.02));
}

TEST_CASE("a signal says which services its lines name where the template hides them") {
  log_table logs;
  for (int i = 0; i < 40; ++i) {
    const char* callee = i % 4 == 0 ? "cart" : "stock";
    add_line(logs, 36'000 + i * 10, "pay", "ERROR", "",
             fmt::format("call to {} timed out after {} ms", callee, i));
  }
  add_line(logs, 80'000, "stock", "INFO", "", "ok");
  add_line(logs, 80'001, "cart", "INFO", "", "ok");
  const log_scan scan = scan_logs(logs, hours(10, 11));
  REQUIRE_FALSE(scan.signals.empty());
  REQUIRE(scan.signals.front().names.size() >= 1);
  CHECK(scan.signals.front().names.front().service == "stock");
}
