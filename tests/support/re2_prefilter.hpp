#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <re2/filtered_re2.h>

namespace re2_prefilter {

/// Whether RE2 knows a pattern to find nothing in any text without the literals: it names the atoms that a
/// text must hold some of, and all that hold a literal are taken to be absent.
inline bool needs_one_of(const std::string& pattern, std::span<const std::string_view> literals) {
  constexpr int shortest_atom = 3;  // as short as a literal may be
  re2::RE2::Options options;
  options.set_encoding(re2::RE2::Options::EncodingLatin1);
  re2::FilteredRE2 filter(shortest_atom);
  int id = 0;
  REQUIRE(filter.Add(pattern, options, &id) == re2::RE2::NoError);
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

}  // namespace re2_prefilter
