#pragma once

#include <string_view>

#include <boost/json/storage_ptr.hpp>
#include <boost/json/value.hpp>

#include <stook/core/json.hpp>

namespace stook::detail {

/// `parse_json` into the caller's memory resource.
json parse_json_in(std::string_view text, const json_limits& limits, const boost::json::storage_ptr& storage);

}  // namespace stook::detail
