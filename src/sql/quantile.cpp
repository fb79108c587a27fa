#include <stook/sql/quantile.hpp>

#include <sqlite3.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>

#include <stook/sql/database.hpp>

#include "sql/sqlite_error.hpp"

namespace stook::sqlite {
namespace {

constexpr std::size_t most_values = 4 * 1024 * 1024;
constexpr std::size_t first_capacity = 64;

/// The values that a connection may still hold, over all aggregates that run on it.
struct budget {
  std::size_t values = most_values;
};

/// One running aggregate. SQLite gives it as zeroed bytes and never calls a destructor, so it is trivial; its
/// values come from SQLite's allocator to count against the heap limit.
struct quantile_state {
  double* values;
  std::size_t size, capacity;
  double q;
  bool failed;
};
static_assert(std::is_trivial_v<quantile_state>);

budget& budget_of(sqlite3_context* context) { return *static_cast<budget*>(sqlite3_user_data(context)); }

void fail(sqlite3_context* context, quantile_state& state, const char* why) {
  state.failed = true;
  sqlite3_result_error(context, why, -1);
}

bool is_number(sqlite3_value* v) {
  const int type = sqlite3_value_numeric_type(v);
  return type == SQLITE_INTEGER || type == SQLITE_FLOAT;
}

/// Room for one more value; on failure the error stands in the context.
bool reserve_one(sqlite3_context* context, quantile_state& state) {
  if (state.size < state.capacity) return true;
  const std::size_t capacity = state.capacity == 0 ? first_capacity : state.capacity * 2;
  if (capacity - state.capacity > budget_of(context).values) {
    state.failed = true;
    sqlite3_result_error_toobig(context);
    return false;
  }
  void* grown = sqlite3_realloc64(state.values, capacity * sizeof(double));
  if (grown == nullptr) {
    state.failed = true;
    sqlite3_result_error_nomem(context);
    return false;
  }
  budget_of(context).values -= capacity - state.capacity;
  state.values = static_cast<double*>(grown);
  state.capacity = capacity;
  return true;
}

void step(sqlite3_context* context, int, sqlite3_value** arguments) {
  auto* state = static_cast<quantile_state*>(sqlite3_aggregate_context(context, sizeof(quantile_state)));
  if (state == nullptr) return sqlite3_result_error_nomem(context);
  if (state->failed || sqlite3_value_type(arguments[0]) == SQLITE_NULL) return;
  if (!is_number(arguments[0])) return fail(context, *state, "quantile_cont(x, q): x must be a number");

  const double q = is_number(arguments[1]) ? sqlite3_value_double(arguments[1]) : -1;
  if (!(q >= 0 && q <= 1))
    return fail(context, *state, "quantile_cont(x, q): q must be a number from 0 to 1");
  if (state->size > 0 && q != state->q)
    return fail(context, *state, "quantile_cont(x, q): q must be constant");
  state->q = q;
  if (reserve_one(context, *state)) state->values[state->size++] = sqlite3_value_double(arguments[0]);
}

double quantile(double* values, std::size_t size, double q) {
  const double position = q * static_cast<double>(size - 1);
  const double below = std::floor(position);
  double* lower = values + static_cast<std::size_t>(below);
  std::nth_element(values, lower, values + size);
  if (position == below || lower + 1 == values + size) return *lower;
  const double upper = *std::min_element(lower + 1, values + size);
  return *lower + (upper - *lower) * (position - below);
}

void finish(sqlite3_context* context) {
  // Size 0: no state if there was no row. SQLite calls this for aggregates of a failed statement too.
  auto* state = static_cast<quantile_state*>(sqlite3_aggregate_context(context, 0));
  if (state == nullptr) return;
  if (!state->failed && state->size > 0) {
    sqlite3_result_double(context, quantile(state->values, state->size, state->q));
  }
  sqlite3_free(state->values);
  budget_of(context).values += state->capacity;
}

}  // namespace

void add_quantile_cont(database& db) {
  constexpr int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
  // SQLite deletes the budget with the function, and also if the call fails.
  const int result =
      sqlite3_create_function_v2(db.handle(), "quantile_cont", 2, flags, new budget, nullptr, step, finish,
                                 [](void* owned) { delete static_cast<budget*>(owned); });
  if (result != SQLITE_OK) throw sqlite_error(db.handle());
}

}  // namespace stook::sqlite
