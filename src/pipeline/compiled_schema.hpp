#pragma once

#include <memory>
#include <string>

#include <stook/core/codec.hpp>

namespace valijson {
class Schema;
}

namespace stook::detail {

/// A JSON Schema of draft 7, read once. The library that knows it is all templates: its reading and its
/// checking are compiled apart, in compiled_schema.cpp and check_schema.cpp. Immutable, thread-safe.
class compiled_schema {
 public:
  /// Throws `error` with code bad_schema.
  explicit compiled_schema(const std::string& text);

  /// Adds what is wrong with the value to the report, at most eight problems. Throws `error` with code
  /// bad_schema for a pattern that is no regular expression, which shows when it is first needed.
  void check(const json& value, decode_report& report) const;

 private:
  std::shared_ptr<const valijson::Schema> schema_;
  bool matches_ = false;  // some pattern is looked for
};

}  // namespace stook::detail
