#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/json/fwd.hpp>
#include <stook/chat/model.hpp>
#include <stook/core/usage.hpp>

// Pieces of requests that the dialects have in common.

namespace stook::models {

/// A comma, unless the text ends where an array or object begins.
void write_comma(std::string& out);
/// `,"key":` without the comma where an object begins.
void write_key(std::string& out, std::string_view key);
void write_text(std::string& out, std::string_view key, std::string_view text);

/// A name that every provider takes: letters, digits, `_` and `-`, 64 at most. A model that invents a tool
/// names it as it likes, and its call is still to be told to it. Names that are fine stay as they are; others
/// get a digest at their end, so that two stay two.
std::string wire_name(std::string_view tool);

/// The arguments as JSON text of an object. What is none, and what a model wrote wrongly, becomes the member
/// `invalid_json` of one, so that the model sees it again and no server fails to parse it.
std::string wire_arguments(std::string_view arguments);

/// The tool that has to be called; null where it may be any, or none. Throws `error` with the code
/// unknown_tool for one that is not among those of the request.
const tool* demanded_tool(const chat_request& request);

/// Members of one's own, as `model_endpoint::extra_body` has them.
void write_extra(std::string& out, std::string_view extra_body);

/// Where a provider finds the image: its address, or a data: URL.
std::string image_url(const image& shown);

/// The schema of an answer as it is sent: in the strict subset if it can be made so, else as it is.
struct sent_schema {
  std::string text;
  bool is_strict = false;
};
sent_schema strict_if_possible(std::string_view schema);

/// What OpenAI's two protocols count, under the names they give it. Nothing if a number is missing or
/// negative.
struct usage_names {
  std::string_view input, output, input_details, output_details;
};
std::optional<usage> read_usage(const boost::json::object& counts, const usage_names& names);

}  // namespace stook::models
