#pragma once

#include <string>
#include <string_view>

#include <stook/chat/message.hpp>
#include <stook/core/codec.hpp>

namespace stook::detail {

/// The JSON in a model's answer, which may stand in a Markdown fence. What is wrong with it joins the report.
json json_in_answer(std::string_view text, decode_report& report);

/// Asks the model to answer again: what was wrong, what it said, and what is wanted.
message ask_for_repair(std::string_view text, const decode_report& report, std::string_view schema);

}  // namespace stook::detail
