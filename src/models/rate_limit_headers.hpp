#pragma once

#include <chrono>
#include <functional>
#include <string_view>

#include <stook/chat/model.hpp>

namespace stook::models {

/// The value of a header, by its lower-case name; empty if it did not come.
using header_of = std::function<std::string_view(std::string_view name)>;

/// What OpenAI (x-ratelimit-*, durations such as "6m0s") and Anthropic (anthropic-ratelimit-*, times) say of
/// the caller's quota. What is missing or makes no sense stays empty.
rate_limits limits_of(const header_of& header, std::chrono::system_clock::time_point now);

}  // namespace stook::models
