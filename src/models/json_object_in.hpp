#pragma once

#include <string_view>

#include <boost/json/object.hpp>

namespace stook::models {

/// The object that `text` is, at most 64 deep. Boost.JSON's own parser reads it and not the core's guarded
/// one: what a server adds beside what stook looks at, a number past 64 bits or a key twice, is no reason to
/// lose an answer. Strings need not be UTF-8: who reads them repairs what is text, and refuses what is not.
/// The transport has bounded the length. Throws `model_error` with model.protocol, which says `where` it
/// stood, for what is no JSON and what is no object.
boost::json::object json_object_in(std::string_view text, std::string_view where,
                                   boost::json::storage_ptr memory = {});

}  // namespace stook::models
