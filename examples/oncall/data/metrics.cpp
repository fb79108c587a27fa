#include <oncall/data/metrics.hpp>

#include <algorithm>

namespace stook::sre {

const metric_series* find_series(const metrics_table& table, std::string_view name) {
  const auto found = std::ranges::find(table.series, name, &metric_series::name);
  return found == table.series.end() ? nullptr : &*found;
}

}  // namespace stook::sre
