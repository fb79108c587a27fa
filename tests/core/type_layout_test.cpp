#include <stook/core/type_layout.hpp>

#include <doctest/doctest.h>

TEST_CASE("a table says nothing beyond its kind unless it is filled in") {
  constexpr stook::detail::type_desc desc{.kind = stook::detail::type_kind::boolean};
  CHECK(desc.count == 0);
  const bool without_functions = !desc.element && !desc.make && !desc.each;
  CHECK(without_functions);
}
