#include <oncall/verify/compare.hpp>

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <boost/json/value.hpp>

#include <oncall/postmortem/citations.hpp>
#include <stook/core/json.hpp>

namespace stook::sre {
namespace {

constexpr std::size_t shown_bytes = 400;

class json_comparison {
 public:
  json_comparison(std::size_t most, const skip_path& skip) : most_(most), skip_(skip) {}

  void compare(const json* written, const json* found, const std::string& path) {
    if (out_.size() >= most_ || (skip_ && skip_(path))) return;
    if (written && found) {
      if (written->is_number() && found->is_number()) {
        if (!equal(written->to_number<double>(), found->to_number<double>())) differ(written, found, path);
        return;
      }
      if (written->is_object() && found->is_object()) return compare_objects(*written, *found, path);
      if (written->is_array() && found->is_array()) return compare_arrays(*written, *found, path);
      if (*written == *found) return;
    }
    differ(written, found, path);
  }

  std::vector<difference> take() { return std::move(out_); }

 private:
  static bool equal(double a, double b) {
    return std::abs(a - b) <= 1e-9 * std::max(std::abs(a), std::abs(b));
  }

  void compare_objects(const json& written, const json& found, const std::string& path) {
    const auto& w = written.get_object();
    const auto& f = found.get_object();
    const auto at = [&](std::string_view key) {
      return path.empty() ? std::string(key) : fmt::format("{}.{}", path, key);
    };
    const std::vector<std::string> outer = cited_;
    if (const json* ids = w.if_contains("evidence")) cite(*ids);
    for (const auto& [key, value] : w) compare(&value, f.if_contains(key), at(key));
    for (const auto& [key, value] : f) {
      if (!w.contains(key)) compare(nullptr, &value, at(key));
    }
    cited_ = outer;
  }

  void cite(const json& ids) {
    if (!ids.is_array()) return;
    cited_.clear();
    for (const json& id : ids.get_array()) {
      if (id.is_string()) cited_.emplace_back(id.get_string());
    }
  }

  void compare_arrays(const json& written, const json& found, const std::string& path) {
    const auto& w = written.get_array();
    const auto& f = found.get_array();
    for (std::size_t i = 0; i < std::max(w.size(), f.size()); ++i) {
      compare(i < w.size() ? &w[i] : nullptr, i < f.size() ? &f[i] : nullptr, fmt::format("{}[{}]", path, i));
    }
  }

  void differ(const json* written, const json* found, const std::string& path) {
    out_.push_back(
        {path, written ? shown(*written) : std::string(), found ? shown(*found) : std::string(), cited_});
  }

  std::size_t most_;
  const skip_path& skip_;
  std::vector<std::string> cited_;
  std::vector<difference> out_;
};

}  // namespace

std::vector<difference> differences(const json& written, const json& found, const std::string& path,
                                    std::size_t most, const skip_path& skip) {
  json_comparison all(most, skip);
  all.compare(&written, &found, path);
  return all.take();
}

std::string shown(const json& value) {
  if (const auto* text = value.if_string()) return one_line(*text, shown_bytes);
  return one_line(dump_json(value), shown_bytes);
}

}  // namespace stook::sre
