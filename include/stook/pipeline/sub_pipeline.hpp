#pragma once

#include <map>
#include <string>
#include <vector>

#include <stook/pipeline/component.hpp>
#include <stook/pipeline/pipeline.hpp>

namespace stook {

/// Which sockets of a pipeline its component shows, and under which names.
struct sub_pipeline_options {
  /// Name of the new input, and the inputs inside that it feeds. Empty: every open input, under its own name.
  std::map<std::string, std::vector<std::string>> inputs{};
  /// Name of the new output, and the output inside that it shows, which may be one that others consume.
  /// Empty: every open output, under its own name.
  std::map<std::string, std::string> outputs{};
};

/// A pipeline as a component of another. Sequential and asynchronous runs give the same outputs; the outer
/// run's deadline and cancellation hold inside. An input that feeds several is mandatory if one of them is. A
/// visit runs the inner pipeline from its beginning. Throws `error` with code sub_pipeline for names that are
/// not there or not unique.
component sub_pipeline(std::string name, pipeline inner, sub_pipeline_options options = {});

}  // namespace stook
