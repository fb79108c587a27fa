#include "agent/tool_plan.hpp"

#include <algorithm>
#include <string_view>

#include "tool/tool_core.hpp"

namespace stook::detail {
namespace {

bool writes(const tool_core& t, std::string_view key) {
  const auto is_key = [&](const auto& use) { return use.key == key; };
  const auto own = t.body->writes();
  return t.takes_state || std::any_of(t.outputs.begin(), t.outputs.end(), is_key) ||
         std::any_of(own.begin(), own.end(), is_key);
}

// Must `reader` see what `writer` writes?
bool reads_from(const tool_core& reader, const tool_core& writer) {
  if (reader.takes_state) {
    return writer.takes_state || !writer.outputs.empty() || !writer.body->writes().empty();
  }
  const auto is_written = [&](const auto& use) { return writes(writer, use.key); };
  const auto own = reader.body->reads();
  return std::any_of(reader.inputs.begin(), reader.inputs.end(), is_written) ||
         std::any_of(own.begin(), own.end(), is_written);
}

bool share_a_resource(const tool_core& a, const tool_core& b) {
  if (a.takes_state && b.takes_state) return true;
  for (const std::string& resource : a.options.exclusive) {
    const auto& others = b.options.exclusive;
    if (std::find(others.begin(), others.end(), resource) != others.end()) return true;
  }
  return false;
}

}  // namespace

std::vector<std::vector<std::size_t>> plan_calls(std::span<const tool* const> tools) {
  std::vector<std::size_t> waiting;
  for (std::size_t i = 0; i < tools.size(); ++i) {
    if (tools[i]) waiting.push_back(i);
  }
  std::vector<std::vector<std::size_t>> batches;
  while (!waiting.empty()) {
    std::vector<std::size_t> batch;
    for (const std::size_t i : waiting) {
      const tool_core& mine = tools[i]->core();
      const bool blocked = std::any_of(waiting.begin(), waiting.end(), [&](std::size_t other) {
        return other != i && reads_from(mine, tools[other]->core());
      });
      const bool conflicts = std::any_of(batch.begin(), batch.end(), [&](std::size_t other) {
        return share_a_resource(mine, tools[other]->core());
      });
      if (!blocked && !conflicts) batch.push_back(i);
    }
    if (batch.empty()) batch.push_back(waiting.front());  // they read from each other
    std::erase_if(waiting,
                  [&](std::size_t i) { return std::find(batch.begin(), batch.end(), i) != batch.end(); });
    batches.push_back(std::move(batch));
  }
  return batches;
}

}  // namespace stook::detail
