#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>

namespace stook::detail {

// What both writers, of JSON values and of described types, append with.
void write_string(std::string& out, std::string_view text);
void write_number(std::string& out, double number);
void write_number(std::string& out, std::int64_t number);
void write_number(std::string& out, std::uint64_t number);

// The keys of an object where one is not valid UTF-8. Repair must not make two keys one: nobody could read
// that back.
class repaired_keys {
 public:
  /// Every key of the object is shown before the first is asked for.
  void show(std::string_view key);
  std::string of(std::string_view key);

 private:
  std::unordered_set<std::string> taken_;
};

}  // namespace stook::detail
