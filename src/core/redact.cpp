#include <stook/core/redact.hpp>

#include <algorithm>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>

#include <fmt/format.h>
#include <re2/re2.h>

#include <stook/core/error.hpp>
#include <stook/core/literal_set.hpp>

#include "core/json_writer.hpp"
#include "core/secret_forms.hpp"

namespace stook {
namespace {

using detail::secret_form;

constexpr std::size_t shortest_secret = 4;

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }
std::string_view view(re2::StringPiece text) { return {text.data(), text.size()}; }

std::string marker(std::string_view kind) { return fmt::format("[redacted:{}]", kind); }

re2::RE2::Options form_options() {
  re2::RE2::Options out;
  out.set_log_errors(false);
  out.set_max_mem(32 << 20);
  return out;
}

/// The form as a pattern, made when a text first needs it: most programs never see what begins like a secret.
class compiled_form {
 public:
  explicit compiled_form(const secret_form& form) : form_(form), literals_(detail::literals_of(form)) {}

  bool may_occur_in(std::string_view text) const { return literals_.occurs_in(text); }

  const secret_form& form() const { return form_; }
  const re2::RE2& pattern() const {
    std::call_once(made_, [this] {
      pattern_ = std::make_unique<re2::RE2>(piece(form_.finds), form_options());
      if (!pattern_->ok()) throw error("bad_pattern", fmt::format("{}: {}", form_.kind, pattern_->error()));
    });
    return *pattern_;
  }

 private:
  const secret_form& form_;
  literal_set literals_;
  mutable std::once_flag made_;
  mutable std::unique_ptr<re2::RE2> pattern_;
};

/// All forms. One automaton for them together would take 2 ms to make, and longer to run than the few that a
/// text has a literal of.
class compiled_forms {
 public:
  compiled_forms()
      : literals_(detail::secret_literals()),
        with_any_digits_(literal_set::with_any_digits(detail::secret_literals())),
        of_hex_(literal_set::of_hex(detail::secret_literals())),
        each_(detail::secret_forms().begin(), detail::secret_forms().end()) {}

  bool may_hold(std::string_view text) const { return literals_.occurs_in(text); }
  bool may_hold_with_any_digits(std::string_view text) const { return with_any_digits_.occurs_in(text); }
  bool hex_may_hold(std::string_view text) const { return of_hex_.occurs_in(text); }

  /// Which forms may occur.
  std::vector<std::size_t> occurring(std::string_view text) const {
    // To RE2 these are letters k and s too, if case does not matter; to `literal_set` they are not.
    const bool other_letters =
        text.find("\u212a") != std::string_view::npos || text.find("\u017f") != std::string_view::npos;
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < each_.size(); ++i) {
      if (other_letters || each_[i].may_occur_in(text)) out.push_back(i);
    }
    return out;
  }

  const compiled_form& at(std::size_t i) const { return each_[i]; }

 private:
  literal_set literals_;
  literal_set with_any_digits_;
  literal_set of_hex_;
  std::deque<compiled_form> each_;
};

const compiled_forms& forms() {
  static const compiled_forms all;
  return all;
}

/// Replaces the secrets of one form; group 1 stays, group 2 is the secret.
std::size_t replace_form(std::string& text, const re2::RE2& pattern, const secret_form& form) {
  re2::StringPiece groups[3];
  std::string out;
  std::size_t from = 0, at = 0, count = 0;
  while (at <= text.size() && pattern.Match(piece(text), at, text.size(), re2::RE2::UNANCHORED, groups, 3)) {
    const auto end = static_cast<std::size_t>(groups[0].data() - text.data()) + groups[0].size();
    at = std::max(end, at + 1);
    const detail::found_secret found = form.judge(view(groups[1]), view(groups[2]));
    if (found.value.empty() || found.value.find("[redacted:") != std::string_view::npos) continue;
    const auto begin = static_cast<std::size_t>(found.value.data() - text.data());
    out.append(text, from, begin - from);
    out += found.quote;
    out += marker(form.kind);
    out += found.quote;
    from = begin + found.value.size();
    ++count;
  }
  if (count == 0) return 0;
  out.append(text, from);
  text = std::move(out);
  return count;
}

std::size_t replace_all(std::string& text, std::string_view what, std::string_view with) {
  std::size_t at = text.find(what);
  if (at == std::string::npos) return 0;
  std::string out;
  std::size_t from = 0, count = 0;
  for (; at != std::string::npos; at = text.find(what, from)) {
    out.append(text, from, at - from);
    out += with;
    from = at + what.size();
    ++count;
  }
  out.append(text, from);
  text = std::move(out);
  return count;
}

/// As it stands inside a JSON string, without the quotes.
std::string as_json(std::string_view secret) {
  std::string out;
  detail::write_string(out, secret);
  return out.substr(1, out.size() - 2);
}

std::size_t replace_cards(std::string& text) {
  std::string out;
  std::size_t from = 0, count = 0;
  for (;;) {
    const std::string_view card = detail::find_card(text, from);
    if (card.empty()) break;
    const auto begin = static_cast<std::size_t>(card.data() - text.data());
    out.append(text, from, begin - from);
    out += marker("card");
    from = begin + card.size();
    ++count;
  }
  if (count == 0) return 0;
  out.append(text, from);
  text = std::move(out);
  return count;
}

std::size_t replace_emails(std::string& text) {
  static const re2::RE2 pattern(R"(()([A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+))");
  static const secret_form form{.kind = "email", .finds = {}, .judge = detail::whole_value};
  return replace_form(text, pattern, form);
}

}  // namespace

redactor::redactor(redact_options options) : options_(std::move(options)) {
  std::vector<std::string> all;
  for (std::string& secret : options_.secrets) {
    if (secret.size() < shortest_secret) {
      throw error("bad_secret", fmt::format("expected secrets of at least {} bytes, got one of {}",
                                            shortest_secret, secret.size()));
    }
    std::string escaped = as_json(secret);
    if (escaped != secret) all.push_back(std::move(escaped));
    all.push_back(std::move(secret));
  }
  // Longest first, for one may hold another.
  std::ranges::stable_sort(all,
                           [](const std::string& a, const std::string& b) { return a.size() > b.size(); });
  options_.secrets = std::move(all);
}

std::size_t redactor::redact(std::string_view text, std::string& out) const {
  const bool told = std::ranges::any_of(
      options_.secrets, [&](const std::string& s) { return text.find(s) != std::string_view::npos; });
  const bool formed = forms().may_hold(text);
  const bool card = detail::may_hold_card(text);
  const bool email = options_.emails && text.find('@') != std::string_view::npos;
  const bool key_line = detail::is_line_of_key(text);
  if (!told && !formed && !card && !email && !key_line) return 0;

  if (key_line) {
    out = marker("private_key");
    return 1;
  }
  std::string changed{text};
  std::size_t count = 0;
  for (const std::string& secret : options_.secrets) count += replace_all(changed, secret, marker("secret"));
  if (formed) {
    for (const std::size_t i : forms().occurring(changed))
      count += replace_form(changed, forms().at(i).pattern(), forms().at(i).form());
  }
  if (card) count += replace_cards(changed);
  if (email) count += replace_emails(changed);
  if (count > 0) out = std::move(changed);
  return count;
}

bool redactor::may_hold_with_any_digits(std::string_view text) const {
  const std::string zeros = zeros_for_digits(text);
  const bool told = std::ranges::any_of(options_.secrets, [&](const std::string& s) {
    return zeros.find(zeros_for_digits(s)) != std::string::npos;
  });
  const bool email = options_.emails && text.find('@') != std::string_view::npos;
  return told || email || forms().may_hold_with_any_digits(zeros) || detail::may_hold_card(text) ||
         detail::is_line_of_key(text);
}

bool redactor::hex_may_hold(std::string_view text) const {
  const bool told = std::ranges::any_of(
      options_.secrets, [&](const std::string& s) { return text.find(s) != std::string_view::npos; });
  return told || detail::may_hold_card(text) || forms().hex_may_hold(text);
}

std::string redactor::clean(std::string text) const {
  std::string out;
  return redact(text, out) > 0 ? out : text;
}

}  // namespace stook
