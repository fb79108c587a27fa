#pragma once

#include <string>
#include <string_view>

#include <boost/json/fwd.hpp>
#include <stook/chat/message.hpp>

// What a provider wants back as it sent it, in the provider data of a message: {"<provider>":[...]}.

namespace stook::models {

std::string pack_blocks(std::string_view provider, const boost::json::array& blocks);

/// The elements of the list, without its brackets: empty if the message has none of this provider, or calls
/// other ids than the blocks do. (An agent gives a call that has the id of another one a new id.)
std::string_view packed_blocks(std::string_view provider, const message& m);

}  // namespace stook::models
