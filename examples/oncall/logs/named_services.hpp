#pragma once

#include <bitset>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <oncall/data/logs.hpp>
#include <oncall/logs/log_scan.hpp>

namespace stook::sre {

/// Finds the services of a table in its messages: "stock" in "call to stock timed out" and in
/// "http://stock/v1", but not in "stock-level". Whole words of letters, digits, '-' and '_', whatever their
/// case. Reads the table as long as it lives.
class named_services {
 public:
  explicit named_services(const log_table& logs);

  /// What the messages of these rows name, other than the service that logged them: at most three, those that
  /// a fifth of the rows name or more. Of more than 500 rows an even sample is read.
  std::vector<named_share> in(std::span<const std::uint32_t> rows) const;

 private:
  static constexpr std::size_t name_bytes = 64;
  std::optional<std::uint32_t> find(std::string_view word) const;

  const log_table& logs_;
  std::bitset<name_bytes + 1> sizes_;                      // of the names: most words have another
  std::map<std::string, std::uint32_t, std::less<>> ids_;  // by name in lower case
};

}  // namespace stook::sre
