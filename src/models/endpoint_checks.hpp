#pragma once

#include <string>

#include <stook/models/model_endpoint.hpp>

namespace stook::models {

/// Throws `error` with the code bad_model_options for what no request could be made with: no model, a key or
/// a header that would break out of its line, a bound that is not positive. Shows no key.
void check(const model_endpoint& endpoint, const std::string& model);

}  // namespace stook::models
