#pragma once

#include <string_view>

#include <boost/json/object.hpp>

namespace stook::models {

/// The object that `text` is. Throws `model_error` with model.protocol, which says `where` it stood, for what
/// is no JSON and what is no object.
boost::json::object json_object_in(std::string_view text, std::string_view where,
                                   boost::json::storage_ptr memory = {});

}  // namespace stook::models
