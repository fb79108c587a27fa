#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/describe/enum.hpp>

#include <oncall/causes/mechanism.hpp>

namespace stook::sre {

/// The vocabulary of causes/, under a name that leaves `mechanism` to fields.
using failure_mechanism = mechanism;

/// What set it off.
enum class trigger_kind { deploy, config, traffic, dependency, expiry, capacity, data, hardware, unknown };
BOOST_DESCRIBE_ENUM(trigger_kind, deploy, config, traffic, dependency, expiry, capacity, data, hardware,
                    unknown)

/// "connection_pool_exhaustion". The view lives for ever.
std::string_view name(failure_mechanism mechanism);
std::string_view name(trigger_kind kind);
/// The mechanism of exactly that name, or nothing.
std::optional<failure_mechanism> mechanism_named(std::string_view name);
/// "connection pool exhaustion", for sentences.
std::string words(failure_mechanism mechanism);

}  // namespace stook::sre
