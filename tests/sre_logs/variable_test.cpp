#include <oncall/logs/variable.hpp>

#include <string>
#include <utility>

#include <doctest/doctest.h>

using namespace stook::sre;

TEST_CASE("the type of a value is told by its form") {
  using enum variable_type;  // its `time` is the C library\'s elsewhere
  for (const auto& [value, type] : std::initializer_list<std::pair<const char*, variable_type>>{
           {"12", integer},
           {"-3", integer},
           {"(0)", integer},
           {"0.25", decimal},
           {"97%", decimal},
           {"350ms", duration},
           {"1.5s,", duration},
           {"4KB", size},
           {"512MiB", size},
           {"12:00:01", time},
           {"2026-01-02T03:04:05Z", time},
           {"10.0.0.1", ip},
           {"/10.0.0.1:80", ip},
           {"fe80::1", ip},
           {"123e4567-e89b-12d3-a456-426614174000", uuid},
           {"0x1F", hex},
           {"deadbeef01", hex},
           {"/var/log/a1", path},
           {"C:\\temp\\1", path},
           {"blk_12", text},
           {"300.1.1.1", text},
           {"1.2.3", text},
           {"", text},
           {"()", text},
           {"v2", text}}) {
    CAPTURE(value);
    CHECK(short_name(type_of_value(value)) == short_name(type));
  }
}

TEST_CASE("a variable of two types is text, of two kinds of number a decimal") {
  using enum variable_type;
  CHECK(common_type(integer, integer) == integer);
  CHECK(common_type(integer, decimal) == decimal);
  CHECK(common_type(decimal, integer) == decimal);
  CHECK(common_type(ip, integer) == text);
  CHECK(common_type(text, integer) == text);
}

TEST_CASE("any bytes have a type") {
  using enum variable_type;
  for (int c = 0; c < 256; ++c) {
    const std::string one(1, static_cast<char>(c));
    CHECK(short_name(type_of_value(one)).size() < 9);
    CHECK(short_name(type_of_value("1" + one + "2")).size() < 9);
  }
}
