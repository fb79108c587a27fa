#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <oncall/logs/variable.hpp>

namespace stook::sre {

/// Bounds of a `template_miner`. The defaults keep it below 50 MB whatever it is fed.
struct miner_options {
  std::size_t templates = 4096;  ///< the least recently seen goes when there are more; at least 1
  std::size_t similar = 128;     ///< templates of one length and beginning, likewise; at least 1
  std::size_t tokens = 96;       ///< of a line that are looked at; at least 3
  std::size_t token_bytes = 64;  ///< a longer token is a variable
  double similarity = 0.8;       ///< to a template, from 0 to 1, from which on a line belongs to it
  double wildcard_weight = 0.3;  ///< of a variable when similarity is counted; a word weighs 1
};

/// The constant words of a kind of log line, and what varies.
struct log_template {
  std::uint32_t id = 0;
  std::uint64_t count = 0;  ///< lines since the template was made
  std::string text;         ///< `connection from <*> port <*>`, valid UTF-8 without control characters
  std::string typed_text;   ///< the same with types: `connection from <ip> port <int>`
  std::vector<variable_type> types;  ///< of the variables, in order, as far as seen
};

/// Finds the templates of log lines in one pass, with one configuration for all sources.
///
/// Drain (He, Zhu, Zheng, Lyu, "Drain: An Online Log Parsing Approach with Fixed Depth Tree", ICWS 2017) with
/// these differences: no regular expressions, any token with a digit is a variable (`key=7` and `key:7` keep
/// their key), so is an absolute path; two variables in one place count as alike with a small weight, else
/// a line of many variables opens a new template each time; the tree is a hash table of length and first two
/// tokens; lines that are alike once masked are found by their hash. Tokens are compared by 64-bit hashes.
///
/// The same lines in the same order give the same ids. An id is never given twice; a template's text can
/// become more general as lines arrive. Not thread-safe.
class template_miner {
 public:
  /// Throws `error` with code bad_option if a bound is too low.
  explicit template_miner(const miner_options& options = {});
  template_miner(const template_miner&) = delete;
  template_miner& operator=(const template_miner&) = delete;

  /// The id of the template that `line` belongs to. Any bytes are a line; white space and control characters
  /// separate its tokens.
  std::uint32_t add(std::string_view line);

  /// Nothing if the id was never given or its template had to go.
  std::optional<log_template> find(std::uint32_t id) const;

  /// How many templates there are now.
  std::size_t size() const { return groups_.size(); }
  /// How many had to go.
  std::uint64_t dropped() const { return next_id_ - groups_.size(); }

 private:
  struct token {
    std::string_view text;  // of the line
    std::size_t key = 0;    // bytes at the front that are no variable: all of a word, the key of `key=7`
    std::uint64_t hash = 0;
    bool variable = false;
  };
  struct part {
    std::string text;  // a word, or what stands before a variable
    std::uint64_t hash = 0;
    bool variable = false;
    bool typed = false;  // `type` is of at least one value
    variable_type type = variable_type::text;
  };
  struct group {
    std::uint32_t id = 0;
    std::uint64_t count = 0;
    std::uint64_t leaf = 0;
    std::vector<part> parts;
    std::vector<std::uint64_t> line_hashes;  // its keys in by_line_
  };
  using group_list = std::list<group>;  // most recently seen first
  using place = group_list::iterator;

  void split(std::string_view line);
  std::uint64_t line_hash() const;
  std::uint64_t leaf_hash() const;
  double similarity(const group& candidate) const;
  place find_or_make(std::uint64_t leaf);
  place make(std::uint64_t leaf);
  void drop(place which);
  void absorb(group& into);

  miner_options options_;
  group_list groups_;
  std::unordered_map<std::uint64_t, place> by_line_;
  std::unordered_map<std::uint64_t, std::vector<place>> by_leaf_;  // oldest first
  std::unordered_map<std::uint32_t, place> by_id_;
  std::uint32_t next_id_ = 0;
  std::vector<token> tokens_;  // of the line at hand
};

}  // namespace stook::sre
