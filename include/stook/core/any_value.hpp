#pragma once

#include <memory>
#include <string>
#include <utility>

#include <stook/core/codec.hpp>
#include <stook/core/type_desc.hpp>

namespace stook {

/// An immutable C++ object of any type, shared between its holders: how values move between tools, state and
/// components without becoming JSON. Copies are cheap. Thread-safe to read.
class any_value {
 public:
  any_value() = default;

  template <typename T>
  static any_value of(T value) {
    return any_value{std::make_shared<const T>(std::move(value)), &detail::type_of<T>()};
  }

  bool has_value() const { return type_ != nullptr; }
  /// The object, or null if it is of another type.
  template <typename T>
  const T* get_if() const {
    return type_ == &detail::type_of<T>() ? static_cast<const T*>(data_.get()) : nullptr;
  }
  /// The object, shared, or null if it is of another type.
  template <typename T>
  std::shared_ptr<const T> share_as() const {
    return type_ == &detail::type_of<T>() ? std::static_pointer_cast<const T>(data_) : nullptr;
  }
  /// True if the value has a JSON form; an empty one is null.
  bool has_json_form() const { return !type_ || type_->kind != detail::type_kind::opaque; }

  const void* data() const { return data_.get(); }
  const detail::type_desc* type() const { return type_; }

  /// Wraps an object that lives as long as `owner` does.
  static any_value share(std::shared_ptr<const void> object, const detail::type_desc& type) {
    return any_value{std::move(object), &type};
  }

 private:
  any_value(std::shared_ptr<const void> data, const detail::type_desc* type)
      : data_(std::move(data)), type_(type) {}

  std::shared_ptr<const void> data_;
  const detail::type_desc* type_ = nullptr;
};

/// JSON text of the value inside; `null` for an empty one. Throws `error` with code no_json_form for a type
/// that nobody described.
std::string to_json_text(const any_value& value);
json to_json(const any_value& value);

}  // namespace stook
