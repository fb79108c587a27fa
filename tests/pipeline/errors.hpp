#pragma once

#include <functional>
#include <string>
#include <string_view>

#include <stook/core/error.hpp>

/// The code of the stook::error that a function throws; "none" if it throws none.
inline std::string code_of(const std::function<void()>& f) {
  try {
    f();
  } catch (const stook::error& e) {
    return e.code();
  }
  return "none";
}

/// What it says; nothing if it throws none.
inline std::string message_of(const std::function<void()>& f) {
  try {
    f();
  } catch (const stook::error& e) {
    return e.what();
  }
  return {};
}

inline bool mentions(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}
