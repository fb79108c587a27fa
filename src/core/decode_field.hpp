#pragma once

#include <cstdint>
#include <string_view>

#include <stook/core/codec.hpp>

namespace stook::detail {

/// Reads one field of an object that is not nested: `decode` for callers that have no JSON value of the
/// whole. False if it does not fit; why is not said, and the field is then valid but unspecified. Notes join
/// `report`.
bool decode_scalar(const json& from, void* into, const field_desc& field, const decode_options& options,
                   decode_report& report);

/// The same from a whole number.
bool decode_integer(std::int64_t from, void* into, const field_desc& field, const decode_options& options,
                    decode_report& report);

/// The same from the characters of a JSON string.
bool decode_text(std::string_view from, void* into, const field_desc& field, const decode_options& options,
                 decode_report& report);

}  // namespace stook::detail
