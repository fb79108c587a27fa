#include <stook/core/type_containers.hpp>

#include <doctest/doctest.h>

#include <stook/core/type_desc.hpp>

using stook::detail::type_kind;
using stook::detail::type_of;

TEST_CASE("a vector grows, is walked and is emptied through its table") {
  std::vector<int> v{1};
  const auto& type = type_of<std::vector<int>>();
  CHECK(type.kind == type_kind::array);
  CHECK(type.element().kind == type_kind::integer);
  *static_cast<int*>(type.append(&v)) = 2;
  REQUIRE(type.length(&v) == 2);
  CHECK(*static_cast<const int*>(type.at(&v, 1)) == 2);
  type.clear(&v);
  CHECK(v.empty());
}

TEST_CASE("an unordered map is visited by key") {
  std::unordered_map<std::string, int> map;
  const auto& type = type_of<std::unordered_map<std::string, int>>();
  for (const char* key : {"c", "a", "d", "b"}) *static_cast<int*>(type.insert(&map, key)) = key[0];
  std::string seen;
  type.each(&map, &seen, [](void* out, std::string_view key, const void* item) {
    *static_cast<std::string*>(out) += key;
    CHECK(*static_cast<const int*>(item) == key[0]);
  });
  CHECK(seen == "abcd");
}

TEST_CASE("a variant changes its alternative and hands out its place") {
  std::variant<int, std::string> v;
  const auto& type = type_of<std::variant<int, std::string>>();
  *static_cast<std::string*>(type.emplace(&v, 1)) = "x";
  CHECK(type.length(&v) == 1);
  CHECK(*static_cast<const std::string*>(type.at(&v, 0)) == "x");
}

TEST_CASE("an optional is filled with a fresh value and emptied") {
  std::optional<int> o{7};
  const auto& type = type_of<std::optional<int>>();
  CHECK(*static_cast<int*>(type.emplace(&o, 0)) == 0);
  CHECK(type.length(&o) == 1);
  type.clear(&o);
  CHECK_FALSE(o);
}
