#include <oncall/screen/injection_patterns.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <oncall/screen/injection.hpp>
#include <stook/core/literal_set.hpp>

#include "support/re2_prefilter.hpp"

using namespace stook::sre;
using re2_prefilter::needs_one_of;

TEST_CASE("what a pattern finds holds a literal of its kind") {
  // Two characters that always stand there, and then any letter: more atoms than RE2 lists. See the next
  // test.
  const std::string_view token = R"p(<\|[a-z][a-z0-9_]{1,29}\|>)p";
  std::size_t tokens = 0;
  for (const injection_kind& kind : injection_kinds()) {
    CAPTURE(kind.name);
    CHECK_FALSE(kind.patterns.empty());
    for (const std::string_view pattern : kind.patterns) {
      CAPTURE(pattern);
      if (pattern == token) {
        ++tokens;
      } else {
        CHECK(needs_one_of(written_out(pattern), kind.literals));
      }
    }
  }
  CHECK(tokens == 1);
}

TEST_CASE("each literal is needed") {
  for (const injection_kind& kind : injection_kinds()) {
    for (std::size_t i = 0; i < kind.literals.size(); ++i) {
      if (kind.literals[i].starts_with("<|")) continue;
      std::vector<std::string_view> others(kind.literals.begin(), kind.literals.end());
      others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
      CAPTURE(kind.name);
      CAPTURE(kind.literals[i]);
      CHECK_FALSE(std::ranges::all_of(
          kind.patterns, [&](std::string_view p) { return needs_one_of(written_out(p), others); }));
    }
  }
}

TEST_CASE("a control token is found whatever its first letter") {
  for (char c = 'a'; c <= 'z'; ++c) {
    CAPTURE(c);
    CHECK(suspected_injection(std::string("200 ok <|") + c + "m_start|> done") == "template");
  }
}

TEST_CASE("the literals of the other forms can be looked for") {
  CHECK(stook::literal_set(rot13_literals()).occurs_in("vtaber"));
  CHECK(stook::literal_set(reversed_literals()).occurs_in("erongi"));
  CHECK(stook::literal_set(digit_letter_literals()).occurs_in("1gn0re"));
}
