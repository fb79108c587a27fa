#include <oncall/screen/injection_patterns.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <re2/filtered_re2.h>

#include <oncall/screen/injection.hpp>
#include <stook/core/literal_set.hpp>

using namespace stook::sre;

namespace {

/// Whether RE2 knows a pattern to find nothing in any text without the literals: it names the atoms that a
/// text must hold some of, and all that hold a literal are taken to be absent.
bool needs_one_of(std::string_view pattern, std::span<const std::string_view> literals) {
  constexpr int shortest_atom = 3;  // as short as a literal may be
  re2::RE2::Options options;
  options.set_encoding(re2::RE2::Options::EncodingLatin1);
  re2::FilteredRE2 filter(shortest_atom);
  int id = 0;
  REQUIRE(filter.Add(written_out(pattern), options, &id) == re2::RE2::NoError);
  std::vector<std::string> atoms;
  filter.Compile(&atoms);
  std::vector<int> possible;
  for (std::size_t i = 0; i < atoms.size(); ++i) {
    const auto in_atom = [&](std::string_view l) { return atoms[i].find(l) != std::string::npos; };
    if (!std::ranges::any_of(literals, in_atom)) possible.push_back(static_cast<int>(i));
  }
  std::vector<int> may_match;
  filter.AllPotentials(possible, &may_match);
  return may_match.empty();
}

}  // namespace

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
        CHECK(needs_one_of(pattern, kind.literals));
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
      CHECK_FALSE(
          std::ranges::all_of(kind.patterns, [&](std::string_view p) { return needs_one_of(p, others); }));
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
