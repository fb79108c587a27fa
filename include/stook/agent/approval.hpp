#pragma once

#include <functional>
#include <string>

#include <stook/tool/effect.hpp>

namespace stook {

/// A call that waits for a person.
struct approval_request {
  std::string run_id;
  std::string agent;
  std::string tool;
  std::string arguments;  ///< canonical JSON text: exactly what will run
  stook::effect effect = effect::once;
  /// SHA-256 over run, step, call, tool and canonical arguments: an approval of this and of nothing else.
  std::string hash;
};

/// What a person said.
struct approval {
  enum class verdict : unsigned char { approve, reject, later };
  verdict says = verdict::later;
  std::string feedback{};  ///< told to the model after a rejection
};

/// Asked before a call that needs approval runs. `later` pauses the run.
using approver = std::function<approval(const approval_request&)>;

/// An approval given after the run paused; the hash says what for.
struct approval_decision {
  std::string hash;
  approval given;
};

}  // namespace stook
