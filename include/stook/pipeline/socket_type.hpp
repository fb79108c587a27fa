#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <stook/core/type_desc.hpp>

namespace stook {

/// What may pass through a socket: a type expression for people and files, such as `list[string] | none`, and
/// the C++ type that carries the values, if one is known. Values of a type that was only spelled are carried
/// as JSON. A cheap value. Thread-safe to read.
class socket_type {
 public:
  /// Anything at all: what `stook::any_value` fields take.
  socket_type() = default;

  /// The type of a C++ object: `int`, `string`, `list[string]`, `string | none`, the name of a struct.
  template <typename T>
  static socket_type of() {
    return of(detail::type_of<T>());
  }
  static socket_type of(const detail::type_desc& type);

  /// Reads an expression: names, `name[argument, ...]`, unions with `|`. Python's spellings are understood:
  /// `str`, `Optional[X]`, `Union[X, Y]`, `List[X]`, `typing.Any`. Throws `error` with code socket_type.
  static socket_type parse(std::string_view spelling);

  /// The expression in its normal form: `str | None` becomes `string | none`.
  std::string text() const;

  bool is_any() const { return name_.empty() && arguments_.empty(); }
  bool is_union() const { return name_ == "|"; }
  /// True for `list[X]`, and for a union one of whose members is such a list.
  bool holds_list() const;

  const std::string& name() const { return name_; }
  const std::vector<socket_type>& arguments() const { return arguments_; }
  /// The C++ type of the values; null if they are JSON or anything.
  const detail::type_desc* carrier() const { return carrier_; }

  /// True if every value of type `from` may pass into a socket of type `to` as it is. Equal types may; any
  /// takes all, and only any takes any; a union takes each of its members; lists and maps are covariant, and
  /// a bare `list` takes every list; a bool is an int, an int is no float.
  friend bool accepts(const socket_type& to, const socket_type& from);
  friend bool operator==(const socket_type& a, const socket_type& b);

 private:
  friend class socket_type_parser;
  socket_type(std::string name, std::vector<socket_type> arguments)
      : name_(std::move(name)), arguments_(std::move(arguments)) {}

  std::string name_;                    // "" is any; "|" a union of the arguments
  std::vector<socket_type> arguments_;  // of list, dict and other generic names
  const detail::type_desc* carrier_ = nullptr;
};

}  // namespace stook
