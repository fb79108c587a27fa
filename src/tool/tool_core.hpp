#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

#include <stook/tool/tool.hpp>

namespace stook::detail {

/// What all copies of a tool share. The views in `fields` and `hidden` point into `options`.
struct tool_core {
  static constexpr std::size_t whole = static_cast<std::size_t>(-1);
  struct input {
    std::string_view key;
    const field_desc* field;
  };
  struct output {
    std::string_view key;
    const field_desc* field;  // null: the whole result
    const type_desc* type;
  };

  std::string name;
  std::string description;
  tool_options options;
  std::vector<field_desc> fields;  // of named parameters
  type_desc arguments{.kind = type_kind::object};
  std::shared_ptr<void> (*make_arguments)() = nullptr;
  const type_desc* result = nullptr;
  std::vector<std::string_view> hidden;
  std::vector<input> inputs;
  std::vector<output> outputs;
  pattern_set patterns;
  json schema;
  std::string schema_text;
  std::unique_ptr<tool_body> body;
  body_kind kind = body_kind::plain;
  bool takes_state = false;
  bool on_pool = false;      // plain, and blocking or under a timeout
  bool wants_value = false;  // something beside the model reads the result
};

}  // namespace stook::detail
