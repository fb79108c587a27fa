#include <stook/sql/query_result.hpp>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cmath>
#include <string>

#include "core/json_writer.hpp"
#include "sql/cell_json.hpp"

namespace stook::sqlite {
namespace {

/// Beyond it a JSON number, which most readers hold in a double, no longer tells neighbours apart.
constexpr std::int64_t largest_exact = std::int64_t{1} << 53;

bool exact(std::int64_t n) { return n >= -largest_exact && n <= largest_exact; }

bool infinite(const cell& c) {
  const double* d = std::get_if<double>(&c);
  return d != nullptr && !std::isfinite(*d);
}

bool has_infinite(const query_result& result) {
  for (const auto& row : result.rows) {
    for (const cell& c : row) {
      if (infinite(c)) return true;
    }
  }
  return false;
}

json to_json(const cell& c) {
  if (const auto* text = std::get_if<std::string>(&c)) return json(*text);
  if (const auto* n = std::get_if<std::int64_t>(&c)) return exact(*n) ? json(*n) : json(std::to_string(*n));
  if (const auto* d = std::get_if<double>(&c); d != nullptr && std::isfinite(*d)) return json(*d);
  return json(nullptr);
}

}  // namespace

void write_json(std::string& out, const cell& c) {
  if (const auto* text = std::get_if<std::string>(&c)) {
    detail::write_string(out, *text);
  } else if (const auto* d = std::get_if<double>(&c)) {
    detail::write_number(out, *d);
  } else if (const auto* n = std::get_if<std::int64_t>(&c)) {
    if (exact(*n)) {
      detail::write_number(out, *n);
    } else {
      detail::write_string(out, std::to_string(*n));
    }
  } else {
    out += "null";
  }
}

json to_json(const query_result& result) {
  boost::json::array columns;
  for (const std::string& name : result.columns) columns.emplace_back(name);
  boost::json::array rows;
  for (const auto& row : result.rows) {
    boost::json::array cells;
    for (const cell& c : row) cells.push_back(to_json(c));
    rows.push_back(std::move(cells));
  }
  boost::json::object out;
  out["columns"] = std::move(columns);
  out["rows"] = std::move(rows);
  out["truncated"] = result.truncated;
  if (result.cut_cells > 0) out["cut_cells"] = result.cut_cells;
  if (has_infinite(result)) out["infinite"] = true;
  return out;
}

std::string to_json_text(const query_result& result) {
  std::string out = "{\"columns\":[";
  for (std::size_t i = 0; i < result.columns.size(); ++i) {
    if (i > 0) out += ',';
    detail::write_string(out, result.columns[i]);
  }
  out += "],\"rows\":[";
  for (std::size_t r = 0; r < result.rows.size(); ++r) {
    out += r > 0 ? ",[" : "[";
    for (std::size_t i = 0; i < result.rows[r].size(); ++i) {
      if (i > 0) out += ',';
      write_json(out, result.rows[r][i]);
    }
    out += ']';
  }
  out += fmt::format("],\"truncated\":{}", result.truncated);
  if (result.cut_cells > 0) out += fmt::format(",\"cut_cells\":{}", result.cut_cells);
  if (has_infinite(result)) out += ",\"infinite\":true";
  return out += '}';
}

}  // namespace stook::sqlite
