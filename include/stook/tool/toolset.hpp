#pragma once

#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

#include <stook/tool/tool.hpp>

namespace stook {

/// Tools in the order given, which providers' prompt caches rely on. Two of one name are an `error` with code
/// duplicate_tool, here and not in the middle of a run.
class toolset {
 public:
  toolset() = default;
  toolset(std::initializer_list<tool> tools);
  explicit toolset(std::vector<tool> tools);

  /// Throws as the constructor does; then nothing has changed.
  toolset& add(tool t);
  toolset& add(const toolset& more);
  friend toolset operator+(toolset a, const toolset& b) { return std::move(a.add(b)); }

  const tool* find(std::string_view name) const;
  std::span<const tool> tools() const { return tools_; }
  auto begin() const { return tools_.begin(); }
  auto end() const { return tools_.end(); }
  std::size_t size() const { return tools_.size(); }
  bool empty() const { return tools_.empty(); }

 private:
  std::vector<tool> tools_;
};

}  // namespace stook
