#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace stook {

struct redact_options {
  /// Secrets that are known, of at least 4 bytes each: found as they are and as JSON escapes them.
  std::vector<std::string> secrets{};
  bool emails = false;  ///< personal data, but often what an incident is about
};

/// Takes secrets out of text that a model, a file or a person is to see. Each becomes a marker that says what
/// it was, such as `[redacted:aws_key]`; what stands around it, its key included, stays. Found are, besides
/// the secrets it is told of: keys of well-known services by their documented prefixes (AWS, GitHub, GitLab,
/// Slack, OpenAI, Anthropic, Google, Stripe and others), JSON Web Tokens, private keys, `Authorization`
/// headers, cookies, passwords in URLs, what is assigned to a name such as `password`, random text that is
/// assigned to a name such as `api_key`, and payment cards (prefix, length and Luhn's check digit).
///
/// Redacting twice changes nothing. Text without a secret costs about 2 ns a byte. Immutable, thread-safe.
class redactor {
 public:
  /// Throws `error` (bad_secret) for a secret of less than 4 bytes: it would shred every text.
  explicit redactor(redact_options options = {});

  /// How many secrets `text` holds. If any, `out` becomes the text without them; else `out` is not touched.
  std::size_t redact(std::string_view text, std::string& out) const;

  /// The text without secrets.
  std::string clean(std::string text) const;

  /// Whether a text may hold a secret that differs from this one in its digits at most. False proves that
  /// `redact` finds nothing in any of them: what a program asks once that sees the same words over and over
  /// with other numbers.
  bool may_hold_with_any_digits(std::string_view text) const;

  /// Whether a text of digits and the letters a to f alone may hold one; false proves that `redact` finds
  /// nothing. Takes some 10 ns for an identifier.
  bool hex_may_hold(std::string_view text) const;

 private:
  redact_options options_;
};

}  // namespace stook
