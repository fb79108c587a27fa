#include "core/secret_forms.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <string>

#include <stook/core/ascii.hpp>

namespace stook::detail {
namespace {

using ascii::is_alnum;
using ascii::is_digit;
using ascii::is_lower;
using ascii::is_upper;

bool has_digit(std::string_view text) { return std::ranges::any_of(text, is_digit); }

/// Shannon's entropy of its bytes, in bits a byte.
double entropy(std::string_view text) {
  std::array<int, 256> counts{};
  for (const char c : text) ++counts[static_cast<unsigned char>(c)];
  double out = 0;
  for (const int n : counts) {
    if (n == 0) continue;
    const double share = static_cast<double>(n) / static_cast<double>(text.size());
    out -= share * std::log2(share);
  }
  return out;
}

/// What people write where there is no secret.
bool is_no_value(std::string_view value) {
  static constexpr std::array<std::string_view, 17> words{
      "null", "none",    "nil",     "true",    "false",    "undefined", "empty",   "n/a",  "yes",
      "no",   "missing", "invalid", "expired", "required", "incorrect", "changed", "unset"};
  std::string lower = ascii::to_lower(value);
  while (!lower.empty() && (lower.back() == '.' || lower.back() == '!' || lower.back() == ':'))
    lower.pop_back();
  if (lower.size() < 3 || std::ranges::find(words, lower) != words.end()) return true;
  return lower.find_first_not_of("*x.-<>#_") == std::string::npos;
}

/// A value behind `name=` or `name: `, perhaps with a quote in front, which is no part of it; and the quote
/// around the name, which a bare value of JSON then needs too.
found_secret assigned(std::string_view before, std::string_view value) {
  const std::size_t first = value.find_first_not_of("\\\"'");
  if (first == std::string_view::npos) return {};
  const bool quoted = first > 0;
  value.remove_prefix(first);
  found_secret out{.value = value};
  if (quoted) return out;
  const std::size_t sign = before.find_last_of(":=");
  std::size_t end = sign == std::string_view::npos ? 0 : sign;
  while (end > 0 && before[end - 1] == ' ') --end;
  std::size_t begin = end;
  while (begin > 0 && (before[begin - 1] == '"' || before[begin - 1] == '\\')) --begin;
  out.quote = before.substr(begin, end - begin);
  return out;
}

bool looks_made_up(std::string_view value) {
  const bool symbol = value.find_first_of("!@#$%^&*+/=~") != std::string_view::npos;
  const auto inner = value.substr(std::min<std::size_t>(1, value.size()));
  const bool mixed = std::ranges::any_of(inner, is_upper) && std::ranges::any_of(value, is_lower);
  return has_digit(value) || symbol || mixed;
}

/// A password: anything that is assigned to it, but no word of a sentence ("password: expired for bob").
found_secret password(std::string_view before, std::string_view value) {
  const found_secret out = assigned(before, value);
  if (out.value.empty() || is_no_value(out.value)) return {};
  const bool sentence = before.ends_with(' ') && out.value.data() == value.data() && out.quote.empty() &&
                        before.find('=') == std::string_view::npos;
  return sentence && !looks_made_up(out.value) ? found_secret{} : out;
}

/// A key or token: only what looks random, for `token=7` and `api_key: disabled` are none.
found_secret random_value(std::string_view before, std::string_view value) {
  const found_secret out = assigned(before, value);
  const std::string_view v = out.value;
  if (v.size() < 8 || is_no_value(v)) return {};
  const bool number = v.find_first_not_of("0123456789.,-") == std::string_view::npos;
  const bool looks_random = entropy(v) >= (v.size() < 16 ? 2.5 : 3.0);
  if (number || !looks_random) return {};
  return has_digit(v) || (v.size() >= 20 && looks_made_up(v)) ? out : found_secret{};
}

found_secret after_scheme(std::string_view, std::string_view value) {
  const bool token = has_digit(value) || value.size() >= 24;
  return {.value = token ? value : std::string_view{}};
}

/// Base64 of `user:password`.
found_secret basic(std::string_view, std::string_view value) {
  static constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  unsigned bits = 0;
  unsigned held = 0;
  bool colon = false;
  for (const char c : value) {
    const std::size_t at = alphabet.find(c);
    if (at == std::string_view::npos) break;
    held = (held << 6U | static_cast<unsigned>(at)) & 0xffffU;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    const unsigned char byte = static_cast<unsigned char>(held >> bits);
    if (byte < 0x20 || byte == 0x7f) return {};
    colon = colon || byte == ':';
  }
  return {.value = colon ? value : std::string_view{}};
}

constexpr std::array<secret_form, 25> all_forms{{
    {"private_key",
     R"((?s)()(-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|\z)))",
     "private key", whole_value},
    {"jwt", R"(()(\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?))", "eyj", whole_value},
    {"aws_key", R"(()(\b(?:AKIA|ASIA|ABIA|ACCA|AROA|AIDA)[0-9A-Z]{16}\b))", "akia|asia|abia|acca|aroa|aida",
     whole_value},
    {"github_token", R"(()(\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,})))",
     "ghp_|gho_|ghu_|ghs_|ghr_|github_pat_", whole_value},
    {"gitlab_token", R"(()(\bgl(?:pat|dt|rt|cbt|ptt)-[A-Za-z0-9_-]{16,}))",
     "glpat-|gldt-|glrt-|glcbt-|glptt-", whole_value},
    {"slack_token", R"(()(\bxox[abceoprsd]-[A-Za-z0-9-]{10,}|\bxapp-[A-Za-z0-9-]{10,}))", "xox|xapp-",
     whole_value},
    {"slack_webhook", R"((hooks\.slack\.com/(?:services|workflows)/)([A-Za-z0-9/_-]{20,}))", "hooks.slack",
     whole_value},
    {"anthropic_key", R"(()(\bsk-ant-[A-Za-z0-9_-]{16,}))", "sk-ant-", whole_value},
    {"stripe_key", R"(()(\b(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{10,}|\bwhsec_[A-Za-z0-9+/=]{16,}))",
     "sk_|rk_|pk_|whsec_", whole_value},
    // OpenAI, and many who copied the prefix.
    {"openai_key", R"(()(\bsk-[A-Za-z0-9_-]{16,}))", "sk-", whole_value},
    {"google_key", R"(()(\bAIza[0-9A-Za-z_-]{30,}|\bGOCSPX-[0-9A-Za-z_-]{20,}|\bya29\.[0-9A-Za-z_-]{20,}))",
     "aiza|gocspx-|ya29.", whole_value},
    {"azure_key", R"((?i)(\b(?:AccountKey|SharedAccessKey|SharedAccessSignature)=)([A-Za-z0-9+/%=&-]{20,}))",
     "accountkey=|accesskey=|accesssignature=", whole_value},
    {"provider_key",
     R"(()(\bhf_[A-Za-z0-9]{20,}|\b(?:gsk|xai|r8|pplx)[_-][A-Za-z0-9]{20,}|\bnpm_[A-Za-z0-9]{36}|\bpypi-[A-Za-z0-9_-]{32,}|\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}|\bdop_v1_[a-f0-9]{32,}|\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}|\bdapi[a-f0-9]{32}\b|\bhvs\.[A-Za-z0-9_-]{20,}|\bAGE-SECRET-KEY-1[0-9A-Z]{40,}))",
     "hf_|gsk-|gsk_|xai-|xai_|r8-|r8_|pplx|npm_|pypi-|sg.|dop_v1_|shpat_|shpca_|shppa_|shpss_|dapi|hvs.|age-"
     "secret",
     whole_value},
    {"bearer", R"((?i)(\bbearer[\s:=]+["']?)([A-Za-z0-9._~+/=-]{8,}))", "bearer", after_scheme},
    {"basic_auth", R"((?i)(\bbasic[\s:]+["']?)([A-Za-z0-9+/]{6,}={0,2}))", "basic", basic},
    {"auth_header",
     R"((?i)(\b(?:proxy-)?authorization\\?["']?\s*[:=]\s*\\?["']?(?:token|digest|negotiate|apikey|aws4-hmac-sha256|basic|bearer)?\s*)([^\s"'\\,;]{8,}))",
     "authorization", after_scheme},
    {"cookie", R"((?i)(\b(?:set-)?cookie\\?["']?\s*[:=]\s*\\?["']?[A-Za-z0-9_.-]+=)([^\s;"',\\]{6,}))",
     "cookie", whole_value},
    {"password", R"((://[^\s/:@"'<>]*:)([^\s/@"'<>]+)@)", "://", whole_value},
    // Names end in the word, so `passwords_checked=7` and `tokens=512` are none.
    {"password",
     R"((?i)((?:password|passwd|passphrase|passwort|pwd|secret)\d?(?:_?(?:hash|text))?\\*["']?\s*(?:=>|:=|=|:)\s*)((?:\\*"|\\*')[^"'\\]+|[^\s"'\\,;&})\]{\[<(][^\s"'\\,;&})\]]*))",
     "passw|passphrase|pwd|secret", password},
    {"password", R"((?i)(--?(?:password|passwd|pass|secret)[ =])((?:"|')[^"']+|[^\s"'-][^\s"']*))",
     "-pass|-secret", password},
    {"password",
     R"((?i)(\b(?:password|passwd|passphrase)\s+(?:is|was|to|set\s+to|changed\s+to)\s+)(["']?[^\s"',;]{4,}))",
     "password|passwd|passphrase", password},
    {"token",
     R"((?i)((?:api|access|private|secret|client|auth|account|encryption|signing|master|license|session|ssh|webhook|app|service|storage)[_\s.-]?(?:key|token|id_token)(?:_?id)?\\*["']?\s*(?:=>|:=|=|:)\s*)((?:\\*"|\\*')[^"'\\]+|[^\s"'\\,;&})\]{\[<(][^\s"'\\,;&})\]]*))",
     "key|token", random_value},
    {"token",
     R"((?i)((?:token|credentials?|signature|sessionid|session_id|connection_?string|dsn|csrf)\\*["']?\s*(?:=>|:=|=|:)\s*)((?:\\*"|\\*')[^"'\\]+|[^\s"'\\,;&})\]{\[<(][^\s"'\\,;&})\]]*))",
     "token|credential|signature|sessionid|session_id|connection_string|connectionstring|dsn|csrf",
     random_value},
    {"token", R"((?i)(\b(?:sig|sid)=)([A-Za-z0-9+/%._-]{16,}))", "sig=|sid=", random_value},
    {"token", R"((?i)(--(?:token|api-key|access-key|auth)[ =])((?:"|')[^"']+|[^\s"'-][^\s"']*))",
     "--token|--api-key|--access-key|--auth", random_value},
}};

bool is_card_letter(char c) { return is_digit(c) || c == ' ' || c == '-'; }

/// Luhn's check, over the digits alone.
bool has_check_digit(std::string_view digits) {
  int sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    int d = digits[digits.size() - 1 - i] - '0';
    if (i % 2 == 1) d = d * 2 > 9 ? d * 2 - 9 : d * 2;
    sum += d;
  }
  return sum % 10 == 0;
}

/// By the ranges that the card networks publish; only lengths that are in wide use, for many numbers in logs
/// are long and one in ten has the right check digit.
bool is_card_number(std::string_view digits) {
  const auto leading = [&](std::size_t n) {
    int out = 0;
    for (std::size_t i = 0; i < n; ++i) out = out * 10 + (digits[i] - '0');
    return out;
  };
  if (digits.size() < 14 || digits.size() > 16 ||
      std::ranges::count(digits, digits.front()) == static_cast<std::ptrdiff_t>(digits.size()))
    return false;
  const int two = leading(2), three = leading(3), four = leading(4);
  const bool sixteen = two / 10 == 4 || (two >= 51 && two <= 55) || (four >= 2221 && four <= 2720) ||
                       four == 6011 || two == 65 || (three >= 644 && three <= 649) ||
                       (four >= 3528 && four <= 3589) || two == 62;
  const bool known = digits.size() == 16   ? sixteen
                     : digits.size() == 15 ? two == 34 || two == 37
                                           : two == 36 || two == 38 || (three >= 300 && three <= 305);
  return known && has_check_digit(digits);
}

/// The stretch of digits around `at`, with single blanks or dashes between them.
std::string_view digits_around(std::string_view text, std::size_t at) {
  const auto inside = [&](std::size_t i) {
    if (is_digit(text[i])) return true;
    return is_card_letter(text[i]) && i > 0 && i + 1 < text.size() && is_digit(text[i - 1]) &&
           is_digit(text[i + 1]);
  };
  if (!inside(at)) return {};
  std::size_t begin = at, end = at + 1;
  while (begin > 0 && inside(begin - 1)) --begin;
  while (end < text.size() && inside(end)) ++end;
  return text.substr(begin, end - begin);
}

std::uint64_t eight_bytes(const char* at) {
  std::uint64_t out = 0;
  std::memcpy(&out, at, sizeof out);
  return out;
}

/// False where no 14 letters follow each other: of 14, eleven begin at a place that four divides. Digits,
/// blank and dash are among the bytes 0x20 to 0x3f. No branch: among identifiers every other one would be
/// mispredicted.
bool may_have_long_stretch(std::string_view text) {
  constexpr std::uint64_t row = 0x2020'2020'2020'2020U, row_bits = 0xe0e0'e0e0'e0e0'e0e0U;
  bool out = false;
  for (std::size_t at = 0; at + 11 <= text.size(); at += 4) {
    const std::uint64_t first = eight_bytes(text.data() + at) ^ row;
    const std::uint64_t last = eight_bytes(text.data() + at + 3) ^ row;
    out |= ((first | last) & row_bits) == 0;
  }
  return out;
}

/// A stretch of 14 letters has one at each eighth place.
constexpr std::size_t stride = 8;
constexpr std::ptrdiff_t fewest_digits = 14;

bool long_enough(std::string_view stretch) {
  return stretch.size() >= std::size_t{fewest_digits} &&
         std::ranges::count_if(stretch, is_digit) >= fewest_digits;
}

}  // namespace

found_secret whole_value(std::string_view, std::string_view value) { return {.value = value}; }

std::span<const secret_form> secret_forms() { return all_forms; }
std::vector<std::string_view> literals_of(const secret_form& form) {
  std::vector<std::string_view> out;
  for (std::size_t begin = 0; begin <= form.literals.size();) {
    const std::size_t end = std::min(form.literals.find('|', begin), form.literals.size());
    out.push_back(form.literals.substr(begin, end - begin));
    begin = end + 1;
  }
  return out;
}

std::vector<std::string_view> secret_literals() {
  std::vector<std::string_view> out;
  for (const secret_form& form : all_forms) {
    for (const std::string_view literal : literals_of(form)) out.push_back(literal);
  }
  std::ranges::sort(out);
  out.erase(std::ranges::unique(out).begin(), out.end());
  return out;
}

bool may_hold_card(std::string_view text) {
  if (!may_have_long_stretch(text)) return false;
  for (std::size_t i = stride - 1; i < text.size(); i += stride) {
    if (is_card_letter(text[i]) && long_enough(digits_around(text, i))) return true;
  }
  return false;
}

std::string_view find_card(std::string_view text, std::size_t from) {
  for (std::size_t i = from; i < text.size(); ++i) {
    if (!is_digit(text[i])) continue;
    const std::string_view stretch = digits_around(text, i);
    i += stretch.size();
    const auto before = static_cast<std::size_t>(stretch.data() - text.data());
    // A number that is part of an identifier is none.
    const auto part_of_word = [](char c) { return is_alnum(c) || c == '_' || c == '.'; };
    const bool alone = (before == 0 || (!part_of_word(text[before - 1]) && text[before - 1] != '-')) &&
                       (i >= text.size() || !is_alnum(text[i]));
    if (!alone || !long_enough(stretch)) continue;
    std::string digits;
    std::ranges::copy_if(stretch, std::back_inserter(digits), is_digit);
    if (is_card_number(digits)) return stretch;
  }
  return {};
}

bool is_line_of_key(std::string_view text) {
  if (text.size() < 60 || text.size() > 76) return false;
  bool lower = false, upper = false, digit = false;
  for (const char c : text) {
    if (!is_alnum(c) && c != '+' && c != '/' && c != '=') return false;
    lower |= is_lower(c);
    upper |= is_upper(c);
    digit |= is_digit(c);
  }
  return lower && upper && digit;
}

}  // namespace stook::detail
