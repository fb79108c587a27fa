#include <oncall/causes/named_peer.hpp>

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include <stook/core/ascii.hpp>

namespace stook::sre {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t most_text = 512;
constexpr std::size_t most_words = 4;
constexpr std::array calls{"call"sv,       "calls"sv,   "request"sv,   "requests"sv,
                           "connection"sv, "connect"sv, "connecting"sv};
constexpr std::array answers{"answered"sv, "returned"sv, "responded"sv, "replied"sv};
constexpr std::array ends{"timed"sv,    "timeout"sv, "failed"sv, "failing"sv, "returned"sv, "answered"sv,
                          "after"sv,    "within"sv,  "did"sv,    "was"sv,     "is"sv,       "aborted"sv,
                          "refused"sv,  "with"sv,    "on"sv,     "in"sv,      "at"sv,       "for"sv,
                          "exceeded"sv, "took"sv,    "reset"sv,  "closed"sv,  "lost"sv,     "and"sv};
/// They name a part that somebody plays, not who plays it.
constexpr std::array parts{"upstream"sv,   "downstream"sv, "backend"sv,  "service"sv, "server"sv, "the"sv,
                           "a"sv,          "an"sv,         "database"sv, "db"sv,      "host"sv,   "peer"sv,
                           "dependency"sv, "remote"sv,     "cache"sv,    "gateway"sv, "api"sv,    "origin"sv,
                           "endpoint"sv,   "client"sv,     "it"sv,       "request"sv, "call"sv,   "query"sv,
                           "handler"sv,    "worker"sv,     "store"sv,    "storage"sv, "replica"sv};

bool is_one_of(std::string_view word, std::span<const std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

using ascii::to_lower;

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/// In lower case and without punctuation around them. A word that ends a clause is followed by an empty one.
std::vector<std::string> clause_words(std::string_view text) {
  constexpr auto around = ",;:.!?()[]\"'"sv;
  std::vector<std::string> out;
  text = text.substr(0, most_text);
  while (!text.empty()) {
    const std::size_t blank = text.find(' ');
    std::string_view word = text.substr(0, blank);
    text.remove_prefix(blank == std::string_view::npos ? text.size() : blank + 1);
    const bool ends_clause = !word.empty() && ",;:.)]"sv.find(word.back()) != std::string_view::npos;
    while (!word.empty() && around.find(word.front()) != std::string_view::npos) word.remove_prefix(1);
    while (!word.empty() && around.find(word.back()) != std::string_view::npos) word.remove_suffix(1);
    if (word.empty()) continue;
    out.emplace_back();
    for (const char c : word) out.back() += to_lower(c);
    if (ends_clause) out.emplace_back();
  }
  return out;
}

/// The words from `first` up to where the name ends, if they name somebody.
std::string name_at(const std::vector<std::string>& words, std::size_t first, std::size_t last) {
  std::string out;
  bool particular = false;
  std::size_t i = first;
  for (; i < last && i < first + most_words; ++i) {
    const std::string& word = words[i];
    const bool variable = word.empty() || word.find_first_of("<>*=/{}") != std::string::npos ||
                          (word.front() >= '0' && word.front() <= '9');
    if (variable || is_one_of(word, ends)) break;
    particular = particular || !is_one_of(word, parts);
    out += (out.empty() ? "" : " ") + word;
  }
  const bool cut = i == first + most_words && i < last && !words[i].empty() && !is_one_of(words[i], ends);
  return particular && !cut ? out : std::string();
}

}  // namespace

std::string named_peer(std::string_view message) {
  const std::vector<std::string> words = clause_words(message);
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::size_t first = 0;
    if (words[i] == "calling") first = i + 1;
    if (i + 1 < words.size() && is_one_of(words[i], calls) && words[i + 1] == "to") first = i + 2;
    if (first == 0) continue;
    if (std::string name = name_at(words, first, words.size()); !name.empty()) return name;
  }
  for (std::size_t i = 1; i < words.size() && i <= most_words; ++i) {
    if (is_one_of(words[i], answers)) return name_at(words, 0, i);
  }
  return {};
}

bool names(std::string_view text, std::string_view name) {
  if (name.empty()) return false;
  const auto same = [](char a, char b) { return to_lower(a) == to_lower(b); };
  for (auto from = text.begin();;) {
    const auto at = std::search(from, text.end(), name.begin(), name.end(), same);
    if (at == text.end()) return false;
    const auto end = at + static_cast<std::ptrdiff_t>(name.size());
    const bool before = at == text.begin() || !is_word(*(at - 1));
    if (before && (end == text.end() || !is_word(*end))) return true;
    from = at + 1;
  }
}

}  // namespace stook::sre
