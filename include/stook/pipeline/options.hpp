#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include <stook/core/any_value.hpp>
#include <stook/core/fwd.hpp>
#include <stook/pipeline/socket_type.hpp>

namespace stook {

/// A type whose values can be read as a text and made from one, such as a chat message: connections convert
/// between it, text, and lists of both.
struct text_type {
  socket_type type{};
  /// Throws `error` where a value has no text.
  std::function<std::string(const any_value&)> to_text{};
  std::function<any_value(std::string)> from_text{};
};

struct pipeline_options {
  /// Visits that a component may have in one run; one more is an `error`.
  unsigned max_runs = 100;
  /// False: `connect` by name does not compare types.
  bool check_types = true;
  /// Beside stook::message, which every pipeline knows.
  std::vector<text_type> text_types{};
};

/// A visit of a component, counted from 1.
struct component_visit {
  std::string component;
  unsigned visit = 1;

  friend bool operator==(const component_visit&, const component_visit&) = default;
};

/// How one run goes.
struct pipeline_run_options {
  /// Components whose outputs are all in the result, the ones that others consumed too.
  std::vector<std::string> include_outputs_from{};
  /// Components that may be at work at once, at least 1. Results and inputs are the same for every number.
  unsigned parallel = 1;
  /// Where a parallel run calls plain functions; without one, `run` starts `parallel` threads for its
  /// duration when it meets the first plain function, and `async_run` calls them where it runs itself.
  const boost::asio::any_io_executor* pool = nullptr;
  /// The longest that the run may take. Ends it with an `error`; running components see it in their context.
  std::optional<std::chrono::milliseconds> wall{};
  /// Ends the run with an `error` when stop is requested.
  std::stop_token stop{};
  /// Pauses the run before this visit.
  std::optional<component_visit> pause_before{};
  /// Measures the time of each component, for pictures.
  bool measure = false;
  /// What components see as `run_context::run_id()`.
  std::string run_id{};
};

}  // namespace stook
