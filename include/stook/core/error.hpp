#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace stook {

/// What went wrong, in a form that a model, a program and a person can each act on.
struct failure {
  std::string code;        ///< stable and short, lower case, dotted: "args_schema", "tool_timeout"
  std::string message;     ///< what was expected, what came, and where
  std::string hint{};      ///< what to do about it; may be empty
  bool retryable = false;  ///< true if the same call may succeed later

  friend bool operator==(const failure&, const failure&) = default;
};

/// Thrown where the program must change: a wrong configuration, a broken input file, a closed resource.
/// What a model can react to is a `failure` in a result instead.
class error : public std::runtime_error {
 public:
  explicit error(failure what) : std::runtime_error(what.message), failure_(std::move(what)) {}
  error(std::string code, std::string message) : error(failure{std::move(code), std::move(message)}) {}

  const failure& what_failed() const noexcept { return failure_; }
  const std::string& code() const noexcept { return failure_.code; }

 private:
  failure failure_;
};

}  // namespace stook
