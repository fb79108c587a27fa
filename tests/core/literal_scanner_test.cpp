#include "core/literal_scanner.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <stook/core/ascii.hpp>

using stook::ascii::to_lower;
using stook::detail::literal_scanner;
using stook::detail::vectors;
using stook::detail::widest_vectors;

namespace {

constexpr std::size_t npos = std::string_view::npos;

std::vector<vectors> widths() {
  std::vector<vectors> out;
  for (const vectors width : {vectors::none, vectors::ssse3, vectors::avx2, vectors::avx512}) {
    if (width <= widest_vectors()) out.push_back(width);
  }
  return out;
}

std::size_t plain_find(const std::vector<std::string>& literals, std::string_view text, std::size_t from) {
  std::size_t first = npos;
  for (const std::string& literal : literals)
    first = std::min(first, to_lower(text).find(to_lower(literal), from));
  return first;
}

literal_scanner made(const std::vector<std::string>& literals, vectors width) {
  const std::vector<std::string_view> views{literals.begin(), literals.end()};
  return literal_scanner(views, width);
}

/// Ends with its allocation, so that a sanitizer sees what is read behind it.
std::vector<char> exactly(std::string_view text) { return {text.begin(), text.end()}; }
std::string_view view(const std::vector<char>& text) { return {text.data(), text.size()}; }

}  // namespace

TEST_CASE("one literal is found at each place of texts of all lengths, from every start") {
  for (const vectors width : widths()) {
    const literal_scanner scanner = made({"Needle", "\xd0\xba\xd0\xbb", "zz["}, width);
    for (std::size_t size = 0; size < 200; ++size) {
      const std::vector<char> without(size, '-');
      CHECK(scanner.find(view(without), 0) == npos);
      for (std::size_t at = 0; at + 6 <= size; ++at) {
        std::string text(size, '-');
        text.replace(at, 6, "nEEDLe");
        const std::vector<char> kept = exactly(text);
        for (const std::size_t from : {std::size_t{0}, at / 2, at}) {
          if (scanner.find(view(kept), from) != at)
            FAIL_CHECK("size " << size << " at " << at << " from " << from);
        }
        if (scanner.find(view(kept), at + 1) != npos) FAIL_CHECK("size " << size << ", behind " << at);
      }
    }
  }
}

TEST_CASE("all widths agree with a plain search on random texts, literals and starts") {
  std::mt19937 random(11);
  const auto text_of = [&](std::size_t size, std::string_view letters) {
    std::string out;
    for (std::size_t i = 0; i < size; ++i) out += letters[random() % letters.size()];
    return out;
  };
  // Letters that a mistake in folding or in nibbles would confuse: '@' and '`', '[' and '{', 'Q' and 'q' and
  // 0xd1.
  const std::string_view few = "abAB@`[{";
  const std::string_view many = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ@[`{ \n\xd1\xf1\x80\x01";
  int found = 0, rounds = 0;
  for (int round = 0; round < 3000; ++round) {
    const std::string_view letters = round % 2 == 0 ? few : many;
    std::vector<std::string> literals;
    const std::size_t most = round % 50 == 1 ? 900 : round % 5 == 0 ? 120 : 8;
    const std::size_t count = 1 + random() % most;
    for (std::size_t i = 0; i < count; ++i) literals.push_back(text_of(3 + random() % 5, letters));
    std::string text = text_of(random() % 300, letters);
    if (round % 3 == 0) text = text_of(random() % 200, "xyzXYZ. ") + to_lower(literals.front());
    const std::vector<char> kept = exactly(text);
    const std::size_t from = random() % (text.size() + 3);
    const std::size_t expected = plain_find(literals, text, from);
    ++rounds;
    found += expected != npos;
    for (const vectors width : widths()) {
      CAPTURE(static_cast<int>(width));
      CAPTURE(text);
      CHECK(made(literals, width).find(view(kept), from) == expected);
    }
  }
  CHECK(found > rounds / 4);
  CHECK(found < rounds * 9 / 10);
}
