#pragma once

#include <string_view>

#include <stook/core/fwd.hpp>

namespace stook {

/// True if the JSON Schema is of the subset that providers can hold a model to ("strict"): the root is an
/// object; every object is closed and requires all of its properties; only keywords that are known to be
/// taken stand in it, nested at most 10 levels deep. Thread-safe.
bool is_strict(const json& schema);
/// The same of JSON text; false for text that is no JSON.
bool is_strict(std::string_view schema);

/// The schema in that subset: an optional property becomes a required one, which may be null if it has no
/// default, and keywords that providers refuse (defaults, examples, lengths) are left out, so that the answer
/// must still be checked against the schema as it was. Throws `error` with the code bad_schema, which names
/// the place, for what the subset cannot say: objects that are open, a root that is no object, too many
/// levels. Thread-safe.
json to_strict(const json& schema);

}  // namespace stook
