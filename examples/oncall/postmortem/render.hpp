#pragma once

#include <string>
#include <string_view>

#include <oncall/postmortem/document.hpp>

namespace stook::sre {

/// What a person needs first: at most ten lines of plain text, the last of them ended. Control characters of
/// names and messages are replaced, and a line has at most 200 characters.
std::string executive_summary(const postmortem& document);

/// postmortem.json: indented, fields in the schema's order.
std::string to_json_document(const postmortem& document);

/// postmortem.md. What came from data or a model is escaped: it cannot make headings, links, tables, images
/// or HTML of its own.
std::string to_markdown(const postmortem& document);

/// runbook.md: a checklist a line a step, in the order of the document.
std::string to_runbook(const postmortem& document);

/// Text that Markdown shows as it is, on one line and at most `limit` characters long.
std::string escape_markdown(std::string_view text, std::size_t limit = 1'000);

/// Text for one pair of backticks, which it replaces by apostrophes: for commands and queries.
std::string code_span(std::string_view text, std::size_t limit = 1'000);

}  // namespace stook::sre
