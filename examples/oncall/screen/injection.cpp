#include <oncall/screen/injection.hpp>

#include <algorithm>
#include <deque>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include <re2/re2.h>
#include <re2/set.h>

#include <oncall/screen/decode.hpp>
#include <oncall/screen/fold_text.hpp>
#include <oncall/screen/injection_patterns.hpp>
#include <stook/core/ascii.hpp>
#include <stook/core/error.hpp>
#include <stook/core/literal_set.hpp>

namespace stook::sre {
namespace {

using re2::RE2;

constexpr int most_layers = 2;                 // base64 in percent escapes, and no deeper
constexpr std::size_t most_bytes = 64 * 1024;  // of a text; a longer one hides nothing from a reader
constexpr std::string_view hidden = "hidden";

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

RE2::Options options() {
  RE2::Options out;
  out.set_log_errors(false);
  out.set_max_mem(64 << 20);
  // Bytes: a class such as "no line break" is one range then and not the many of UTF-8.
  out.set_encoding(RE2::Options::EncodingLatin1);
  return out;
}

/// The patterns of a kind as one automaton. It takes longer to make than an ordinary day to look through, so
/// it is made for the first text that has one of the literals.
class automaton {
 public:
  explicit automaton(const injection_kind& kind) : kind_(kind), set_(options(), RE2::UNANCHORED) {
    for (const std::string_view p : kind.patterns) {
      std::string why;
      if (set_.Add(written_out(p), &why) < 0) throw error("bad_pattern", why);
    }
    if (!set_.Compile()) throw error("bad_pattern", "the patterns do not fit in memory");
  }

  bool finds(std::string_view text) const {
    RE2::Set::ErrorInfo why{};
    if (set_.Match(piece(text), nullptr, &why)) return true;
    return why.kind != RE2::Set::kNoError && finds_one_by_one(text);
  }

 private:
  /// For a text on which the automaton ran out of memory.
  bool finds_one_by_one(std::string_view text) const {
    return std::ranges::any_of(kind_.patterns, [&](std::string_view p) {
      return RE2::PartialMatch(piece(text), RE2(written_out(p), options()));
    });
  }

  const injection_kind& kind_;
  RE2::Set set_;
};

class detector {
 public:
  explicit detector(const injection_kind& kind) : kind_(kind), literals_(kind.literals) {}

  std::string_view kind() const { return kind_.name; }
  bool finds(std::string_view text) const {
    if (!literals_.occurs_in(text)) return false;
    std::call_once(made_, [this] { automaton_ = std::make_unique<automaton>(kind_); });
    return automaton_->finds(text);
  }

 private:
  const injection_kind& kind_;
  literal_set literals_;
  mutable std::once_flag made_;
  mutable std::unique_ptr<automaton> automaton_;
};

std::optional<std::string_view> kind_of(std::string_view text) {
  static const std::deque<detector> detectors(injection_kinds().begin(), injection_kinds().end());
  for (const detector& d : detectors) {
    if (d.finds(text)) return d.kind();
  }
  return std::nullopt;
}

std::vector<std::string_view> all_literals() {
  std::vector<std::string_view> out;
  const auto add = [&](std::span<const std::string_view> some) {
    out.insert(out.end(), some.begin(), some.end());
  };
  for (const injection_kind& kind : injection_kinds()) add(kind.literals);
  for (const auto& some : {rot13_literals(), reversed_literals(), digit_letter_literals()}) add(some);
  return out;
}

struct screens {
  literal_set any{all_literals()};
  literal_set rot13{rot13_literals()};
  literal_set reversed{reversed_literals()};
  literal_set digit_letters{digit_letter_literals()};
};

/// What tells of texts without their digits, and of those of digits and a to f.
struct shape_screens {
  literal_set any = literal_set::with_any_digits(all_literals());
  literal_set of_hex = literal_set::of_hex(all_literals());
};

const shape_screens& all_shapes() {
  static const shape_screens made;
  return made;
}

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

std::optional<std::string_view> look(std::string_view text, int layer) {
  const screens& s = all();
  const bool plain = is_plain_ascii(text);
  const bool literal = s.any.occurs_in(text);
  const bool encoded = layer < most_layers && may_be_encoded(text);
  if (plain && !literal && !encoded) return std::nullopt;

  const folded_text seen = plain ? folded_text{.text = ascii::to_lower(text)} : fold_text(text);
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

bool may_be_suspected_with_any_digits(std::string_view text) {
  const std::string_view seen = text.substr(0, most_bytes);
  return !is_plain_ascii(seen) || all_shapes().any.occurs_in(zeros_for_digits(seen)) ||
         may_be_encoded_with_any_digits(seen);
}

bool hex_may_be_suspected(std::string_view text) {
  return hex_may_be_encoded(text) || all_shapes().of_hex.occurs_in(text);
}

}  // namespace stook::sre
