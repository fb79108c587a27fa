#include "models/secret_filter.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <re2/re2.h>

#include <stook/core/error.hpp>

#include "core/json_writer.hpp"

namespace stook::detail {
namespace {

constexpr std::string_view mask = "[secret]";
constexpr std::size_t shortest_secret = 4;

struct pattern {
  const char* finds;
  const char* leaves;
};

// Prefixes as the services document them for scanners such as GitHub's.
constexpr pattern patterns[] = {
    {R"(\bsk-[A-Za-z0-9_-]{16,})", "[secret]"},  // OpenAI, Anthropic and many who copied them
    {R"(\b(?:AKIA|ASIA)[0-9A-Z]{16}\b)", "[secret]"},
    {R"(\bAIza[0-9A-Za-z_-]{30,})", "[secret]"},
    {R"(\bgh[pousr]_[A-Za-z0-9]{20,})", "[secret]"},
    {R"(\bgithub_pat_[A-Za-z0-9_]{20,})", "[secret]"},
    {R"(\bglpat-[A-Za-z0-9_-]{16,})", "[secret]"},
    {R"(\bxox[abeoprs]-[A-Za-z0-9-]{10,})", "[secret]"},
    {R"(\bhf_[A-Za-z0-9]{20,})", "[secret]"},
    {R"(\b(?:gsk|xai|r8|pplx)[_-][A-Za-z0-9]{20,})", "[secret]"},
    {R"(\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*)", "[secret]"},
    {R"((?i)(\bbearer\s+)[A-Za-z0-9._~+/=-]{8,})", R"(\1[secret])"},
    {R"((?s)-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\z))", "[secret]"},
    {R"((://[^\s/:@"]+:)[^\s/@"]+@)", R"(\1[secret]@)"},
};

const std::vector<std::unique_ptr<re2::RE2>>& compiled() {
  static const auto all = [] {
    std::vector<std::unique_ptr<re2::RE2>> out;
    for (const pattern& p : patterns) out.push_back(std::make_unique<re2::RE2>(p.finds));
    return out;
  }();
  return all;
}

// As it stands inside a JSON string, without the quotes.
std::string as_json(std::string_view secret) {
  std::string out;
  write_string(out, secret);
  return out.substr(1, out.size() - 2);
}

void replace_all(std::string& text, std::string_view what) {
  std::size_t at = text.find(what);
  if (at == std::string::npos) return;
  std::string out;
  std::size_t from = 0;
  for (; at != std::string::npos; at = text.find(what, from)) {
    out.append(text, from, at - from);
    out += mask;
    from = at + what.size();
  }
  out.append(text, from);
  text = std::move(out);
}

}  // namespace

secret_filter::secret_filter(const std::vector<std::string>& secrets) {
  for (const std::string& secret : secrets) {
    if (secret.size() < shortest_secret) {
      throw error("bad_secret", fmt::format("expected secrets of at least {} bytes, got one of {}",
                                            shortest_secret, secret.size()));
    }
    secrets_.push_back(secret);
    std::string escaped = as_json(secret);
    if (escaped != secret) secrets_.push_back(std::move(escaped));
  }
  std::stable_sort(secrets_.begin(), secrets_.end(),
                   [](const std::string& a, const std::string& b) { return a.size() > b.size(); });
}

std::string secret_filter::clean(std::string text) const {
  for (const std::string& secret : secrets_) replace_all(text, secret);
  const auto& all = compiled();
  for (std::size_t i = 0; i < all.size(); ++i) re2::RE2::GlobalReplace(&text, *all[i], patterns[i].leaves);
  return text;
}

}  // namespace stook::detail
