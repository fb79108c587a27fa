#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include <stook/sql/fwd.hpp>

namespace stook::sqlite {

/// The storage class of a value.
enum class storage { null, integer, real, text, blob };

/// A prepared statement.
/// ```
/// auto find = db.prepare("SELECT ts, msg FROM logs WHERE service = ? AND level = ?");
/// find.bind_all("checkout", "ERROR");
/// while (find.step()) use(find.integer(0), find.text(1));
/// ```
/// As in SQLite, parameters count from 1 and columns from 0.
///
/// RAII: finalized in the destructor; keeps its connection open while it lives.
/// Failure: binding and stepping throw `stook::error`; after a failed step, `reset` makes it usable again.
/// Thread safety: that of its database.
class statement {
 public:
  void bind(int parameter, std::nullptr_t);
  void bind(int parameter, std::int64_t value);
  void bind(int parameter, double value);
  void bind(int parameter, std::string_view text);             ///< copies the text
  void bind(int parameter, std::span<const std::byte> bytes);  ///< copies the bytes
  void bind_view(int parameter, std::string_view text);        ///< no copy: must live until `reset`
  void bind(int parameter, const char* text) { bind(parameter, std::string_view{text}); }

  /// Any other integer, if it fits into 64 bits with a sign.
  template <std::integral Integer>
    requires(!std::same_as<Integer, std::int64_t>)
  void bind(int parameter, Integer value) {
    bind(parameter, checked(parameter, value));
  }

  /// Resets, then binds parameters 1, 2, 3, ... in order.
  template <typename... Values>
  statement& bind_all(const Values&... values) {
    reset();
    int parameter = 0;
    (bind(++parameter, values), ...);
    return *this;
  }

  /// Goes to the next row: true if there is one, false at the end.
  bool step();

  /// Runs a statement that gives no rows (or whose rows do not matter), then resets it.
  void run();

  /// Back to before the first row. Bindings stay.
  void reset() noexcept;

  /// The current row; valid after a `step` that gave true. Views live until the next `step` or `reset`.
  /// Values of another class convert as SQLite does: text to a number by its leading digits, NULL to 0 or "".
  int columns() const noexcept;
  std::string_view name(int column) const noexcept;
  storage type(int column) const noexcept;
  bool null(int column) const noexcept { return type(column) == storage::null; }
  std::int64_t integer(int column) const noexcept;
  double real(int column) const noexcept;
  std::string_view text(int column) const noexcept;
  std::span<const std::byte> blob(int column) const noexcept;

 private:
  friend class database;

  struct finalizer {
    void operator()(sqlite3_stmt* s) const noexcept;
  };
  explicit statement(sqlite3_stmt* handle) noexcept : handle_(handle) {}

  template <typename Integer>
  static std::int64_t checked(int parameter, Integer value) {
    if (!std::in_range<std::int64_t>(value)) refuse_integer(parameter);
    return static_cast<std::int64_t>(value);
  }
  [[noreturn]] static void refuse_integer(int parameter);
  void check(int code) const;

  std::unique_ptr<sqlite3_stmt, finalizer> handle_;
};

}  // namespace stook::sqlite
