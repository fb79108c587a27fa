#pragma once

#include <string>
#include <string_view>

namespace stook::sre {

/// Appends one field of a CSV row, in quotes only where reading it back needs them. Adds no comma.
void append_csv_field(std::string& out, std::string_view field);

}  // namespace stook::sre
