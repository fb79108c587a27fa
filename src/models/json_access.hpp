#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

// Looking into JSON that nobody vouches for: what is missing, and what has another type, is not there.

namespace stook::models {

/// Null if there is no such member, or it is null.
const boost::json::value* value_at(const boost::json::object& from, std::string_view key);
const boost::json::object* object_at(const boost::json::object& from, std::string_view key);
const boost::json::array* array_at(const boost::json::object& from, std::string_view key);
/// Empty if there is no such string.
std::string_view text_at(const boost::json::object& from, std::string_view key);
/// The same of what was looked up before, which may be null.
std::string_view text_of(const boost::json::value* found);
/// A whole number from 0 to 10^15: more than any count of tokens, and sums of it do not overflow.
std::optional<std::int64_t> count_at(const boost::json::object& from, std::string_view key);
std::optional<std::int64_t> count_of(const boost::json::value* found);

}  // namespace stook::models
