#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

namespace stook::detail {

/// A Mustache template for plain text: nothing is escaped, partials are empty, values are never read as
/// templates.
class text_template {
 public:
  /// Throws `error` with code template.
  explicit text_template(std::string text);

  /// What the template asks of its surroundings: the names of variables and sections outside of sections,
  /// each once.
  std::vector<std::string> names() const;
  std::string render(const boost::json::object& values) const;

 private:
  std::string text_;
};

}  // namespace stook::detail
