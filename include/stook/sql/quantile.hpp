#pragma once

#include <stook/sql/fwd.hpp>

namespace stook::sqlite {

/// Gives a connection the aggregate `quantile_cont(x, q)`, which SQLite lacks and `readonly` always has:
/// `SELECT service, quantile_cont(ms, 0.95) FROM requests GROUP BY service`.
///
/// Exact, by std::nth_element, with the linear interpolation of DuckDB and of PostgreSQL's percentile_cont:
/// for n values in order, position p = q * (n - 1), result v[floor p] + (v[ceil p] - v[floor p]) * (p - floor
/// p). NULLs do not count; without values the result is NULL. `q` is one constant in [0, 1]; text that is not
/// a number, a `q` that changes, and more than 4 Mi values at once on a connection (32 MiB) are errors. It is
/// an aggregate only: no OVER clause.
void add_quantile_cont(database& db);

}  // namespace stook::sqlite
