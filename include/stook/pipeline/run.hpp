#pragma once

#include <chrono>
#include <concepts>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <stook/core/any_value.hpp>
#include <stook/core/error.hpp>
#include <stook/core/fwd.hpp>
#include <stook/pipeline/options.hpp>

namespace stook {

namespace detail {
struct run_core;
}

/// What a run is given from outside.
///
///     p.run({{"fetch.url", "https://..."}, {"rank.top_k", 5}});
///
/// An input that no component has, or that a component feeds already, is an `error` when the run starts.
/// A list input that is fed by a component takes both, joined.
class run_inputs {
 public:
  struct entry {
    template <typename T>
      requires(!std::convertible_to<T, std::string>)
    entry(std::string to, T given) : socket(std::move(to)), value(any_value::of(std::move(given))) {}
    entry(std::string to, std::string given)
        : socket(std::move(to)), value(any_value::of(std::move(given))) {}
    entry(std::string to, any_value given) : socket(std::move(to)), value(std::move(given)) {}

    std::string socket;  // "component.input", or "*.input" for every free input of that name
    any_value value;
  };

  run_inputs() = default;
  run_inputs(std::initializer_list<entry> entries) : entries_(entries) {}

  /// Gives a value to `component.input`. Any type that the socket takes; JSON is read as the socket's type.
  template <typename T>
  run_inputs& set(std::string socket, T value) {
    entries_.emplace_back(std::move(socket), std::move(value));
    return *this;
  }
  /// Gives a value to every input of that name which no component feeds or which is variadic.
  template <typename T>
  run_inputs& set_everywhere(const std::string& input, T value) {
    return set("*." + input, std::move(value));
  }

  const std::vector<entry>& entries() const { return entries_; }

 private:
  std::vector<entry> entries_;
};

/// How a run ended.
enum class pipeline_status : unsigned char {
  running,
  done,
  stuck,   ///< nothing came out, because components wait for inputs that will not come: see `waiting`
  paused,  ///< before the visit that `pipeline_run_options::pause_before` names
};

/// What a run returns. A cheap copy; thread-safe to read.
class pipeline_result {
 public:
  explicit pipeline_result(std::shared_ptr<const detail::run_core> core) : core_(std::move(core)) {}

  pipeline_status status() const;
  /// The value that `component.output` gave last: of outputs that no component consumed, and of all outputs
  /// of the components in `include_outputs_from`. Empty if it gave none.
  any_value find(std::string_view output) const { return held(output); }
  /// The same as a C++ object, which lives as long as the result does. Throws `error` with code no_output or
  /// socket_type.
  template <typename T>
  const T& at(std::string_view output) const {
    const any_value& value = held(output);
    const T* object = value.get_if<T>();
    if (!object) refuse(output, value, detail::type_of<T>());
    return *object;
  }
  /// `{"component": {"output": value}}`.
  json to_json() const;
  /// One line for each component that received something and cannot run: the input that it waits for, and
  /// which component should have fed it.
  std::vector<std::string> waiting() const;
  unsigned visits(std::string_view component) const;
  /// Zero unless `pipeline_run_options::measure` was set.
  std::chrono::nanoseconds time_in(std::string_view component) const;
  /// The whole state of the run, to be resumed by `pipeline::resume` in this or another process. Throws
  /// `error` with code no_json_form if it holds a value of a type that was not described.
  json snapshot() const;

  const detail::run_core& core() const { return *core_; }

 private:
  const any_value& held(std::string_view output) const;
  [[noreturn]] void refuse(std::string_view output, const any_value& value,
                           const detail::type_desc& wanted) const;

  std::shared_ptr<const detail::run_core> core_;
};

/// A run that failed, with all that it had reached: resumed from its snapshot, it repeats the failed visit.
class pipeline_error : public error {
 public:
  pipeline_error(failure why, std::string component, std::shared_ptr<const detail::run_core> core)
      : error(std::move(why)), component_(std::move(component)), so_far_(std::move(core)) {}

  /// The component that failed; empty if none did.
  const std::string& component() const { return component_; }
  /// Outputs, visits and snapshot at the failure.
  const pipeline_result& so_far() const { return so_far_; }

 private:
  std::string component_;
  pipeline_result so_far_;
};

/// What one visit of a component gave.
struct partial_output {
  std::string component;
  unsigned visit = 0;
  std::vector<std::pair<std::string, any_value>> outputs{};
};

/// A run that goes on when it is asked to: a stream of what the components give, in the order of the rules.
///
///     auto r = p.start({{"fetch.url", url}});
///     while (auto part = r.next()) show(*part);
///     use(r.result());
///
/// Abandoning it stops what is running. One thread at a time.
class pipeline_run {
 public:
  explicit pipeline_run(std::shared_ptr<detail::run_core> core);
  pipeline_run(pipeline_run&&) noexcept;
  pipeline_run& operator=(pipeline_run&&) noexcept;
  ~pipeline_run();

  /// Runs on until a component has finished; empty at the end or before a pause. Throws `pipeline_error`.
  std::optional<partial_output> next();
  task<std::optional<partial_output>> async_next();
  /// The same without what the component gave.
  bool advance();
  task<bool> async_advance();

  /// The results so far.
  pipeline_result result() const;
  /// Where a paused run pauses next; empty: it runs to its end.
  void pause_before(std::optional<component_visit> where);

 private:
  std::shared_ptr<detail::run_core> core_;
};

}  // namespace stook
