#include <stook/tool/toolset.hpp>

#include <fmt/format.h>

namespace stook {

toolset::toolset(std::initializer_list<tool> tools) : toolset(std::vector<tool>(tools)) {}

toolset::toolset(std::vector<tool> tools) {
  for (tool& t : tools) add(std::move(t));
}

toolset& toolset::add(tool t) {
  if (find(t.name())) {
    throw error("duplicate_tool",
                fmt::format("two tools are named \"{}\": a model could not tell them apart", t.name()));
  }
  tools_.push_back(std::move(t));
  return *this;
}

toolset& toolset::add(const toolset& more) {
  toolset joined = *this;
  for (const tool& t : more) joined.add(t);
  *this = std::move(joined);
  return *this;
}

const tool* toolset::find(std::string_view name) const {
  for (const tool& t : tools_) {
    if (t.name() == name) return &t;
  }
  return nullptr;
}

}  // namespace stook
