#pragma once

#include <functional>

#include "measure.hpp"

namespace analytics {

/// CPU seconds of `work` done once: the mean of as many as take `least`, after one that does not count.
inline double cpu_of_one(const std::function<void()>& work, double least = 0.05) {
  work();
  for (int runs = 1;; runs *= 2) {
    const double begin = cpu_seconds();
    for (int i = 0; i < runs; ++i) work();
    const double spent = cpu_seconds() - begin;
    if (spent >= least) return spent / runs;
  }
}

}  // namespace analytics
