#include <oncall/logs/template_miner.hpp>

#include <algorithm>
#include <array>
#include <utility>

#include <oncall/screen/clean_text.hpp>
#include <stook/core/error.hpp>

namespace stook::sre {
namespace {

constexpr std::uint64_t fnv_basis = 14'695'981'039'346'656'037U;
constexpr std::uint64_t fnv_prime = 1'099'511'628'211U;
constexpr std::uint64_t variable_mark = 0x9e37'79b9'7f4a'7c15U;

/// How many lines of a template have their variables typed, and how many hashes of its lines are kept: a
/// bound on work and memory that ordinary templates do not reach.
constexpr std::uint64_t typed_lines = 64;
constexpr std::size_t line_hashes_kept = 64;

enum byte_class : unsigned char { separator = 1, digit = 2, key_letter = 4, key_end = 8, slash = 16 };

constexpr std::array<unsigned char, 256> byte_classes = [] {
  std::array<unsigned char, 256> classes{};
  for (std::size_t c = 0; c <= 0x20; ++c) classes[c] = separator;
  classes[0x7f] = separator;
  for (std::size_t c = '0'; c <= '9'; ++c) classes[c] = digit;
  for (std::size_t c = 'a'; c <= 'z'; ++c) classes[c] = key_letter;
  for (std::size_t c = 'A'; c <= 'Z'; ++c) classes[c] = key_letter;
  for (const char c : {'_', '.', '-', '[', '(', '"'}) classes[static_cast<unsigned char>(c)] = key_letter;
  classes['='] = classes[':'] = key_end;
  classes['/'] = slash;
  return classes;
}();

constexpr unsigned char class_of(char c) { return byte_classes[static_cast<unsigned char>(c)]; }

std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = fnv_basis;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * fnv_prime;
  return hash;
}

// The finalizer of SplitMix64 (Steele, Lea, Flood, 2014).
std::uint64_t mix(std::uint64_t hash) {
  hash = (hash ^ (hash >> 30U)) * 0xbf58'476d'1ce4'e5b9U;
  hash = (hash ^ (hash >> 27U)) * 0x94d0'49bb'1331'11ebU;
  return hash ^ (hash >> 31U);
}

std::uint64_t joined(std::uint64_t seed, std::uint64_t hash) { return mix(seed * fnv_prime + hash); }

/// The length of `key=` or `key:` in front of a value; 0 if the token does not begin so.
std::size_t key_length(std::string_view token) {
  if (class_of(token.front()) != key_letter) return 0;
  std::size_t at = 0;
  while (at < token.size() && class_of(token[at]) == key_letter) ++at;
  return at + 1 < token.size() && class_of(token[at]) == key_end ? at + 1 : 0;
}

bool has_folders(std::string_view token) {
  return token.front() == '/' && token.find('/', 1) != std::string_view::npos;
}

}  // namespace

template_miner::template_miner(const miner_options& options) : options_(options) {
  if (options.templates < 1 || options.similar < 1 || options.tokens < 3) {
    throw error("bad_option",
                "miner_options: expected templates and similar of at least 1 and tokens of at least 3");
  }
}

void template_miner::split(std::string_view line) {
  tokens_.clear();
  const char* at = line.data();
  const char* const end = at + line.size();
  while (tokens_.size() < options_.tokens) {
    while (at != end && class_of(*at) == separator) ++at;
    if (at == end) return;
    const char* const begin = at;
    unsigned seen = 0;
    std::uint64_t hash = fnv_basis;
    for (; at != end; ++at) {
      const unsigned char c = class_of(*at);
      if (c == separator) break;
      seen |= c;
      hash = (hash ^ static_cast<unsigned char>(*at)) * fnv_prime;
    }
    token next{.text = {begin, static_cast<std::size_t>(at - begin)}, .hash = hash};
    next.key = next.text.size();
    next.variable = (seen & digit) != 0 || next.text.size() > options_.token_bytes ||
                    ((seen & slash) != 0 && has_folders(next.text));
    if (next.variable) {
      next.key = (seen & key_end) != 0 ? key_length(next.text) : 0;
      if (next.key > options_.token_bytes) next.key = 0;
      next.hash = hash_of(next.text.substr(0, next.key)) ^ variable_mark;
    }
    tokens_.push_back(next);
  }
}

std::uint64_t template_miner::line_hash() const {
  std::uint64_t hash = tokens_.size();
  for (const token& t : tokens_) hash = joined(hash, t.hash);
  return hash;
}

std::uint64_t template_miner::leaf_hash() const {
  std::uint64_t hash = tokens_.size();
  for (std::size_t i = 0; i < std::min<std::size_t>(tokens_.size(), 2); ++i)
    hash = joined(hash, tokens_[i].hash);
  return hash;
}

double template_miner::similarity(const group& candidate) const {
  double alike = 0;
  double all = 0;
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    const part& expected = candidate.parts[i];
    const double weight = expected.variable && expected.text.empty() ? options_.wildcard_weight : 1.0;
    const bool same = expected.hash == tokens_[i].hash || (expected.variable && expected.text.empty());
    all += weight;
    if (same) alike += weight;
  }
  return all > 0 ? alike / all : 1.0;
}

template_miner::place template_miner::make(std::uint64_t leaf) {
  group made{.id = next_id_++, .count = 0, .leaf = leaf, .parts = {}, .line_hashes = {}};
  made.parts.reserve(tokens_.size());
  for (const token& t : tokens_) {
    made.parts.push_back(
        {.text = std::string{t.text.substr(0, t.key)}, .hash = t.hash, .variable = t.variable});
  }
  groups_.push_front(std::move(made));
  by_id_.emplace(groups_.front().id, groups_.begin());
  return groups_.begin();
}

void template_miner::drop(place which) {
  for (const std::uint64_t hash : which->line_hashes) by_line_.erase(hash);
  const auto leaf = by_leaf_.find(which->leaf);
  std::erase(leaf->second, which);
  if (leaf->second.empty()) by_leaf_.erase(leaf);
  by_id_.erase(which->id);
  groups_.erase(which);
}

template_miner::place template_miner::find_or_make(std::uint64_t leaf) {
  std::vector<place>& candidates = by_leaf_[leaf];
  double best = -1;
  place found = groups_.end();
  for (const place candidate : candidates) {
    const double now = similarity(*candidate);
    if (now > best) {
      best = now;
      found = candidate;
    }
  }
  if (found != groups_.end() && best >= options_.similarity) return found;
  const place made = make(leaf);
  candidates.push_back(made);
  if (candidates.size() > options_.similar) {
    drop(candidates.front());
  } else if (groups_.size() > options_.templates) {
    drop(std::prev(groups_.end()));
  }
  return made;
}

void template_miner::absorb(group& into) {
  const bool type_now = into.count < typed_lines;
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    part& known = into.parts[i];
    const token& t = tokens_[i];
    if (known.hash != t.hash && !(known.variable && known.text.empty())) {
      known = part{.text = {}, .hash = variable_mark ^ fnv_basis, .variable = true, .typed = true};
    }
    if (!type_now || !known.variable) continue;
    const variable_type type = type_of_value(t.text.substr(known.text.size()));
    known.type = known.typed ? common_type(known.type, type) : type;
    known.typed = true;
  }
  ++into.count;
}

std::uint32_t template_miner::add(std::string_view line) {
  split(line);
  const std::uint64_t hash = line_hash();
  const auto known = by_line_.find(hash);
  place where;
  if (known != by_line_.end()) {
    where = known->second;
    if (where->count < typed_lines) {
      absorb(*where);
    } else {
      ++where->count;
    }
  } else {
    where = find_or_make(leaf_hash());
    absorb(*where);
    if (where->line_hashes.size() < line_hashes_kept) {
      where->line_hashes.push_back(hash);
      by_line_.emplace(hash, where);
    }
  }
  if (where != groups_.begin()) groups_.splice(groups_.begin(), groups_, where);
  return where->id;
}

std::optional<log_template> template_miner::find(std::uint32_t id) const {
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return std::nullopt;
  const group& known = *found->second;
  log_template out{.id = id, .count = known.count, .text = {}, .typed_text = {}, .types = {}};
  for (const part& p : known.parts) {
    if (&p != &known.parts.front()) {
      out.text += ' ';
      out.typed_text += ' ';
    }
    out.text += p.text;
    out.typed_text += p.text;
    if (!p.variable) continue;
    out.text += "<*>";
    out.typed_text += '<';
    out.typed_text += short_name(p.type);
    out.typed_text += '>';
    out.types.push_back(p.type);
  }
  out.text = clean_text(out.text, out.text.size());
  out.typed_text = clean_text(out.typed_text, out.typed_text.size());
  return out;
}

}  // namespace stook::sre
