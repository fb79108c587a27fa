#include <oncall/data/row_order.hpp>

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include <stook/core/error.hpp>

namespace stook::sre {

std::uint64_t row_lines::operator[](std::size_t row) const {
  const auto behind = std::ranges::upper_bound(jumps_, row, {}, &jump::row);
  const jump& last = *std::prev(behind);
  return last.line + (row - last.row);
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
