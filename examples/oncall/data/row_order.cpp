#include <oncall/data/row_order.hpp>

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include <stook/core/error.hpp>

namespace stook::sre {

std::vector<std::uint32_t> order_by_time(std::span<const timestamp> ts, std::span<const std::uint64_t> lines,
                                         input_report& report) {
  for (std::size_t i = 1; i < ts.size(); ++i) {
    if (ts[i] < ts[i - 1]) report.note(input_issue::out_of_order, lines[i], to_string(ts[i]));
  }
  std::vector<std::uint32_t> order;
  if (report.count(input_issue::out_of_order) == 0) return order;
  order.resize(ts.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::stable_sort(order, {}, [&](std::uint32_t row) { return ts[row]; });
  return order;
}

void require_rows(const input_report& report) {
  if (report.rows > 0) return;
  std::string message = fmt::format("{}: expected rows below the header, found no usable one in {} lines",
                                    report.path, report.lines);
  for (const issue_group& group : report.issues) {
    const issue_detail& first = group.first.front();
    message += fmt::format("; line {}: {} ({})", first.line, meaning(group.issue), first.text);
  }
  throw error("input_rows", std::move(message));
}

}  // namespace stook::sre
