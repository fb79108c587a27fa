#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace stook::detail {

// What both writers, of JSON values and of described types, append with.
void write_string(std::string& out, std::string_view text);
void write_number(std::string& out, double number);
void write_number(std::string& out, std::int64_t number);
void write_number(std::string& out, std::uint64_t number);

}  // namespace stook::detail
