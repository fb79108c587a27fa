#include <oncall/screen/injection.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include <re2/re2.h>
#include <re2/set.h>

#include <oncall/screen/decode.hpp>
#include <oncall/screen/fold_text.hpp>
#include <oncall/screen/injection_patterns.hpp>
#include <stook/core/error.hpp>
#include <stook/core/literal_set.hpp>

namespace stook::sre {
namespace {

constexpr int most_layers = 2;                 // base64 in percent escapes, and no deeper
constexpr std::size_t most_bytes = 64 * 1024;  // of a text; a longer one hides nothing from a reader
constexpr std::string_view hidden = "hidden";

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

/// `~` and `@` of a pattern written out.
std::string written_out(std::string_view pattern) {
  constexpr std::string_view between = R"([\s_.,:*"'`\\-]+)";
  std::string out;
  for (const char c : pattern) {
    if (c == '~') {
      out += between;
    } else if (c == '@') {
      out += "(?:";
      out += between;
      out += R"(\w+){0,4})";
    } else {
      out += c;
    }
  }
  return out;
}

/// The patterns as one automaton. It takes longer to make than an ordinary day to look through, so it is made
/// for the first text that has one of the literals.
class automaton {
 public:
  automaton() : set_(options(), re2::RE2::UNANCHORED) {
    for (const injection_pattern& p : injection_patterns()) {
      std::string why;
      if (set_.Add(written_out(p.finds), &why) < 0) throw error("bad_pattern", why);
    }
    if (!set_.Compile()) throw error("bad_pattern", "the patterns do not fit in memory");
  }

  /// The kind of the first pattern that matches.
  std::optional<std::string_view> kind_of(std::string_view text) const {
    std::vector<int> found;
    re2::RE2::Set::ErrorInfo why{};
    if (set_.Match(piece(text), &found, &why)) return kind_at(*std::ranges::min_element(found));
    return why.kind == re2::RE2::Set::kNoError ? std::nullopt : one_by_one(text);
  }

 private:
  static re2::RE2::Options options() {
    re2::RE2::Options out;
    out.set_log_errors(false);
    out.set_max_mem(64 << 20);
    return out;
  }
  static std::string_view kind_at(int pattern) {
    return injection_patterns()[static_cast<std::size_t>(pattern)].kind;
  }
  /// For a text on which the automaton ran out of memory.
  static std::optional<std::string_view> one_by_one(std::string_view text) {
    for (const injection_pattern& p : injection_patterns()) {
      if (re2::RE2::PartialMatch(piece(text), re2::RE2(written_out(p.finds), options()))) return p.kind;
    }
    return std::nullopt;
  }

  re2::RE2::Set set_;
};

std::optional<std::string_view> kind_of(std::string_view text) {
  static const literal_set literals{injection_literals()};
  if (!literals.occurs_in(text)) return std::nullopt;
  static const automaton patterns;
  return patterns.kind_of(text);
}

literal_set all_literals() {
  std::vector<std::string_view> out;
  for (const auto& some :
       {injection_literals(), rot13_literals(), reversed_literals(), digit_letter_literals()})
    out.insert(out.end(), some.begin(), some.end());
  return literal_set(out);
}

struct screens {
  literal_set any = all_literals();
  literal_set rot13{rot13_literals()};
  literal_set reversed{reversed_literals()};
  literal_set digit_letters{digit_letter_literals()};
};

const screens& all() {
  static const screens made;
  return made;
}

bool is_plain_ascii(std::string_view text) {
  unsigned char other = 0;  // one width of data and no branch: the compiler vectorises it
  for (const char c : text)
    other |= static_cast<unsigned char>((static_cast<signed char>(c) < 0x20) & (c != '\n') & (c != '\t'));
  return other == 0;
}

std::string lower(std::string_view text) {
  std::string out{text};
  for (char& c : out) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return out;
}

std::optional<std::string_view> look(std::string_view text, int layer) {
  const screens& s = all();
  const bool plain = is_plain_ascii(text);
  const bool literal = s.any.occurs_in(text);
  const bool encoded = layer < most_layers && may_be_encoded(text);
  if (plain && !literal && !encoded) return std::nullopt;

  const folded_text seen = plain ? folded_text{.text = lower(text)} : fold_text(text);
  if (auto kind = kind_of(seen.text)) return kind;
  if (!plain) {
    // Folding is for Latin: other scripts need their marks.
    if (auto kind = kind_of(text)) return kind;
  }
  if (s.rot13.occurs_in(text)) {
    if (auto kind = kind_of(rot13(seen.text))) return kind;
  }
  if (s.reversed.occurs_in(text)) {
    if (auto kind = kind_of(reversed(seen.text))) return kind;
  }
  if (s.digit_letters.occurs_in(text)) {
    if (auto kind = kind_of(digits_as_letters(seen.text))) return kind;
  }
  if (encoded) {
    for (const std::string& form : decoded_forms(text)) {
      if (auto kind = look(form, layer + 1)) return kind;
    }
  }
  return seen.hid_something ? std::optional(hidden) : std::nullopt;
}

}  // namespace

std::optional<std::string_view> suspected_injection(std::string_view text) {
  return look(text.substr(0, most_bytes), 0);
}

}  // namespace stook::sre
