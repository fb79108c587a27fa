#pragma once

#include <memory>
#include <string_view>

#include <oncall/tools/reports.hpp>
#include <stook/core/codec.hpp>
#include <stook/core/json.hpp>
#include <stook/models/rule_model.hpp>

namespace stook::sre {

// A policy for each agent of the team in place of a language model: it looks at what the tools have answered
// so far and decides what to do next. All facts come from those answers. It is no language model.

std::shared_ptr<chat_model> coordinator_rules();
std::shared_ptr<chat_model> profiler_rules();
std::shared_ptr<chat_model> writer_rules();

/// A tool's result as the type that it has. Behind the JSON, which is one line, there may be notes.
template <describable T>
T read_result(std::string_view text) {
  return from_json<T>(parse_json(text.substr(0, text.find('\n'))));
}

}  // namespace stook::sre
