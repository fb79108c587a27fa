#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include <stook/core/fwd.hpp>

namespace stook::sqlite {

/// NULL, integer, floating point or text. A blob comes as the text of its literal: "x'C0FFEE'".
using cell = std::variant<std::monostate, std::int64_t, double, std::string>;

/// What a query of `readonly` gave. Texts and column names are safe to show: NUL and bytes that are not UTF-8
/// are replaced by U+FFFD, and other control, bidirectional and invisible characters stand as visible escapes
/// like
/// `\u{1b}` (tab and newline stay as they are).
struct query_result {
  std::vector<std::string> columns;     ///< may repeat: `SELECT a.id, b.id` is legal
  std::vector<std::vector<cell>> rows;  ///< each as long as `columns`
  bool truncated = false;               ///< rows were left out: the query had more than the caps allow
  std::size_t cut_cells = 0;            ///< texts and blobs that were shortened; each ends in "…"
  std::chrono::microseconds took{0};    ///< wall time, preparing included
};

/// {"columns": [...], "rows": [[...], ...], "truncated": bool}
///
/// Integers beyond ±2^53 become strings, because a JSON number would round them. Infinities become null, and
/// then there is one more member, "infinite": true. If cells were shortened there is "cut_cells": their
/// number.
json to_json(const query_result& result);

/// The same as text. Numbers are written the short way (`0.25`, not `2.5E-1`), which costs a model fewer
/// tokens.
std::string to_json_text(const query_result& result);

}  // namespace stook::sqlite
