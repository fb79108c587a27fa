#pragma once

#include <doctest/doctest.h>

#include <stook/core/error.hpp>

/// What `call` failed with; a test failure if it did not.
template <typename Call>
stook::failure failure_of(Call&& call) {
  try {
    call();
  } catch (const stook::error& e) {
    return e.what_failed();
  }
  FAIL_CHECK("expected an error");
  return {};
}
