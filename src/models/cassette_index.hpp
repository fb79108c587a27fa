#pragma once

#include <mutex>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "models/cassette_file.hpp"

namespace stook::detail {

/// The exchanges of a cassette by their requests. Thread-safe.
class cassette_index {
 public:
  cassette_index(std::string name, cassette_file all);

  /// The next recorded answer to this request; null if there is none.
  const recorded_exchange* next(const canonical_request& request);
  /// What is different in the request, as an error (model.unrecorded).
  model_error unrecorded(const canonical_request& request) const;

 private:
  struct takes {
    std::vector<std::size_t> exchanges;
    std::size_t played = 0;
  };

  std::string name_;
  cassette_file all_;
  std::mutex mutex_;
  std::unordered_map<std::string, takes> by_request_;
};

}  // namespace stook::detail
