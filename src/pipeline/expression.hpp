#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

namespace stook::detail {

/// A condition over named JSON values:
///
///     expression = part { "or" part }
///     part       = factor { "and" factor }
///     factor     = "not" factor | operand [ ( == | != | < | <= | > | >= | "in" ) operand ]
///     operand    = number | "text" | 'text' | true | false | none | "(" expression ")"
///                | "size" "(" expression ")" | name { "." field }
///
/// Nothing is ever re-typed: "1" and 1 are different, and comparing them by < is an error. `in` looks for a
/// text in a text, a value in a list, a name in an object. Alone, an operand is true unless it is false,
/// none, 0 or empty. A name or field that is not there is none.
class expression {
 public:
  struct node;

  /// Throws `error` with code expression, which names the byte.
  explicit expression(std::string_view text);

  /// The names that stand at the start of paths, each once, in the order of the text.
  const std::vector<std::string>& names() const { return names_; }
  /// Throws `error` with code expression for a comparison that has no meaning.
  bool holds(const boost::json::object& values) const;
  boost::json::value value(const boost::json::object& values) const;

 private:
  std::string text_;
  std::vector<std::string> names_;  // filled while the root is parsed
  std::shared_ptr<const node> root_;
};

}  // namespace stook::detail
