#pragma once

#include <string>

#include <stook/sql/query_result.hpp>

namespace stook::sqlite {

/// Appends a cell as `to_json_text` writes it.
void write_json(std::string& out, const cell& c);

}  // namespace stook::sqlite
