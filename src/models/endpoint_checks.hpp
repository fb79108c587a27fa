#pragma once

#include <span>
#include <string>
#include <string_view>

#include <stook/models/model_endpoint.hpp>

namespace stook::models {

/// Throws `error` with the code bad_model_options for what no request could be made with: no model, a key or
/// a header that would break out of its line, a bound that is not positive, a member of the body that is
/// among `members`, which the dialect writes. Shows no key.
void check(const model_endpoint& endpoint, const std::string& model,
           std::span<const std::string_view> members);

}  // namespace stook::models
