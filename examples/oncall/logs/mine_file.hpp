#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <oncall/data/input_report.hpp>
#include <stook/core/describe.hpp>
#include <stook/core/redact.hpp>

namespace stook::sre {

struct mined_template {
  std::uint32_t id = 0;
  std::uint64_t count = 0;
  std::string text;  ///< with the types of its variables
};
STOOK_DESCRIBE(mined_template, (id, "As --assign gives it"), (count, "Lines"),
               (text, "Template, with the types of its variables"))

/// The templates of the messages of a file, without regard to time.
struct mined_file {
  std::uint64_t lines = 0;
  std::uint64_t distinct = 0;               ///< templates that were made
  std::vector<mined_template> templates{};  ///< those that are still known, the commonest first
  input_report report{};
};
STOOK_DESCRIBE(mined_file, (lines, "Rows with a message"), (distinct, "Templates that were made"),
               (templates, "The commonest first"))

/// Told of each row of the file in its order: the id of its template, or nothing for a line that is no row.
using line_listener = std::function<void(std::optional<std::uint32_t> id)>;

/// Mines one column of any CSV file in one pass and in bounded memory. Messages are masked as the loaders do
/// (see loaders.hpp). Throws `error` as they do.
mined_file mine_file(const std::filesystem::path& file, std::string_view message_column,
                     const redactor& masks = redactor(), const line_listener& each = {});

}  // namespace stook::sre
