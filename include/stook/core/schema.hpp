#pragma once

#include <span>
#include <string_view>

#include <stook/core/fwd.hpp>
#include <stook/core/type_desc.hpp>

namespace stook {

namespace detail {
/// `hidden`: top-level fields to leave out.
json schema_of(const type_desc& type, std::span<const std::string_view> hidden = {});
}  // namespace detail

/// The JSON Schema (2020-12) of a described type: objects are closed (`additionalProperties: false`), a field
/// is required unless optional or defaulted, and carries its description, bounds, pattern, allowed values,
/// default and example. Recursive types refer to `$defs`. Members stand in the order of the description, so
/// that the text is the same every time. (`Json` is there so that this header need not know
/// boost::json::value.)
template <describable T, typename Json = json>
Json schema_of() {
  return detail::schema_of(detail::type_of<T>());
}

}  // namespace stook
