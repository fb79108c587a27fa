#include <map>

#include <fmt/format.h>
#include <re2/re2.h>

#include <stook/core/codec.hpp>

namespace stook::detail {
namespace {

std::unique_ptr<re2::RE2> compile(std::string_view pattern) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(1 << 20);
  auto re = std::make_unique<re2::RE2>(re2::StringPiece(pattern.data(), pattern.size()), options);
  if (!re->ok()) {
    throw error("bad_pattern", fmt::format("RE2 refuses the pattern \"{}\": {}", pattern, re->error()));
  }
  return re;
}

using pattern_map = std::map<std::string_view, std::unique_ptr<re2::RE2>>;

void collect(const type_desc& type, pattern_map& found, std::vector<const type_desc*>& seen) {
  for (const type_desc* t : seen) {
    if (t == &type) return;
  }
  seen.push_back(&type);
  if (type.element) collect(type.element(), found, seen);
  if (type.kind == type_kind::variant) {
    for (std::size_t i = 0; i < type.count; ++i) collect(type.alternatives[i](), found, seen);
  }
  if (type.kind != type_kind::object) return;
  for (std::size_t i = 0; i < type.count; ++i) {
    const std::string_view pattern = type.fields[i].rules.pattern;
    if (!pattern.empty() && !found.contains(pattern)) found.emplace(pattern, compile(pattern));
    collect(type.fields[i].type(), found, seen);
  }
}

}  // namespace

struct pattern_set::compiled {
  pattern_map patterns;
};

pattern_set::pattern_set() = default;

pattern_set::pattern_set(const type_desc& type) {
  pattern_map found;
  std::vector<const type_desc*> seen;
  collect(type, found, seen);
  if (!found.empty()) compiled_ = std::make_shared<compiled>(compiled{std::move(found)});
}

bool pattern_set::matches(std::string_view pattern, std::string_view text) const {
  const re2::StringPiece subject(text.data(), text.size());
  if (compiled_) {
    if (const auto it = compiled_->patterns.find(pattern); it != compiled_->patterns.end()) {
      return re2::RE2::PartialMatch(subject, *it->second);
    }
  }
  return re2::RE2::PartialMatch(subject, *compile(pattern));
}

}  // namespace stook::detail
