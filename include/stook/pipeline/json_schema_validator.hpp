#pragma once

#include <string>

#include <stook/core/describe.hpp>
#include <stook/pipeline/socket.hpp>
#include <stook/pipeline/socket_values.hpp>

namespace stook {

/// `schema_validator` for a form that is known as a JSON Schema (draft 7) only: checks that a model's answer
/// is JSON of it, and otherwise says what is wrong. Takes a message as `value`; gives either `valid`, a json,
/// or `invalid`, a message to the model. A `$ref` may point into the schema itself, never to a file or an
/// address. `format` is not checked. Where the schema has a `pattern` or `patternProperties`, a text of more
/// than 4,096 bytes is a problem: the matcher of regular expressions (ECMAScript's) is no match for more.
class json_schema_validator {
 public:
  std::string schema;  ///< JSON text

  /// Throws `error` with code bad_schema if that is no schema.
  stook::sockets declare() const;
  void run(const socket_values& in, socket_results& out) const;
};
STOOK_DESCRIBE(json_schema_validator, (schema, "JSON Schema, draft 7, as JSON text"))

}  // namespace stook
