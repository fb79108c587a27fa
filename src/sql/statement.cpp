#include <stook/sql/statement.hpp>

#include <fmt/format.h>
#include <sqlite3.h>

#include "sql/sqlite_error.hpp"

namespace stook::sqlite {

void statement::finalizer::operator()(sqlite3_stmt* s) const noexcept { sqlite3_finalize(s); }

void statement::check(int code) const {
  if (code != SQLITE_OK) throw sqlite_error(sqlite3_db_handle(handle_.get()));
}

void statement::refuse_integer(int parameter) {
  throw error{"sql_too_large",
              fmt::format("SQL parameter {}: the integer does not fit into 64 bits with a sign", parameter)};
}

void statement::bind(int parameter, std::nullptr_t) { check(sqlite3_bind_null(handle_.get(), parameter)); }

void statement::bind(int parameter, std::int64_t value) {
  check(sqlite3_bind_int64(handle_.get(), parameter, value));
}

void statement::bind(int parameter, double value) {
  check(sqlite3_bind_double(handle_.get(), parameter, value));
}

void statement::bind(int parameter, std::string_view text) {
  // A null pointer would bind NULL: an empty view is the empty text.
  const char* data = text.data() != nullptr ? text.data() : "";
  check(sqlite3_bind_text64(handle_.get(), parameter, data, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}

void statement::bind_view(int parameter, std::string_view text) {
  const char* data = text.data() != nullptr ? text.data() : "";
  check(sqlite3_bind_text64(handle_.get(), parameter, data, text.size(), SQLITE_STATIC, SQLITE_UTF8));
}

void statement::bind(int parameter, std::span<const std::byte> bytes) {
  if (bytes.empty()) return check(sqlite3_bind_zeroblob(handle_.get(), parameter, 0));
  check(sqlite3_bind_blob64(handle_.get(), parameter, bytes.data(), bytes.size(), SQLITE_TRANSIENT));
}

bool statement::step() {
  const int code = sqlite3_step(handle_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  throw sqlite_error(sqlite3_db_handle(handle_.get()));
}

void statement::run() {
  try {
    while (step()) {
    }
  } catch (...) {
    reset();
    throw;
  }
  reset();
}

void statement::reset() noexcept { sqlite3_reset(handle_.get()); }

int statement::columns() const noexcept { return sqlite3_column_count(handle_.get()); }

std::string_view statement::name(int column) const noexcept {
  const char* name = sqlite3_column_name(handle_.get(), column);
  return name != nullptr ? name : "";
}

storage statement::type(int column) const noexcept {
  switch (sqlite3_column_type(handle_.get(), column)) {
    case SQLITE_INTEGER:
      return storage::integer;
    case SQLITE_FLOAT:
      return storage::real;
    case SQLITE_TEXT:
      return storage::text;
    case SQLITE_BLOB:
      return storage::blob;
    default:
      return storage::null;
  }
}

std::int64_t statement::integer(int column) const noexcept {
  return sqlite3_column_int64(handle_.get(), column);
}

double statement::real(int column) const noexcept { return sqlite3_column_double(handle_.get(), column); }

std::string_view statement::text(int column) const noexcept {
  // The text first: asking for it may convert the value, and with that its size.
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(handle_.get(), column));
  if (data == nullptr) return {};
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column))};
}

std::span<const std::byte> statement::blob(int column) const noexcept {
  const auto* data = static_cast<const std::byte*>(sqlite3_column_blob(handle_.get(), column));
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column))};
}

}  // namespace stook::sqlite
