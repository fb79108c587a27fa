#pragma once

#include <string_view>

#include <stook/core/codec.hpp>

namespace stook::detail {

/// Reads JSON text straight into the fields of a flat object: one without arrays, objects or variants in it,
/// which is what most tools take. It builds no JSON value and words no problem. False if the text or the type
/// is not of that kind or anything is wrong: then parse and `decode`, which can do everything and say what is
/// wrong. Fields that were read by then stand in the text and are written again. Takes exactly what those two
/// take.
bool decode_flat(std::string_view text, void* into, const type_desc& type, const decode_options& options,
                 decode_report& report);

}  // namespace stook::detail
