#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <type_traits>
#include <utility>

#include <stook/core/codec.hpp>
#include <stook/core/type_desc.hpp>

namespace stook {

/// An immutable C++ object of any type, shared between its holders: how values move between tools, state and
/// components without becoming JSON. Copies are cheap; of numbers, bools and enumerations each holder has its
/// own. Thread-safe to read.
class any_value {
 public:
  any_value() = default;
  any_value(const any_value& other) : tagged_type_(other.tagged_type_) {
    if (is_shared()) {
      ::new (room_) holder(other.shared());
    } else {
      std::memcpy(room_, other.room_, sizeof room_);
    }
  }
  any_value(any_value&& other) noexcept : tagged_type_(std::exchange(other.tagged_type_, 0)) { take(other); }
  any_value& operator=(const any_value& other) { return *this = any_value(other); }
  any_value& operator=(any_value&& other) noexcept {
    if (this == &other) return *this;
    if (is_shared()) shared().~holder();
    tagged_type_ = std::exchange(other.tagged_type_, 0);
    take(other);
    return *this;
  }
  ~any_value() {
    if (is_shared()) shared().~holder();
  }

  template <typename T>
  static any_value of(T value) {
    any_value made;
    if constexpr (lies_inside<T>) {
      ::new (made.room_) T(std::move(value));
      made.tagged_type_ = reinterpret_cast<std::uintptr_t>(&detail::type_of<T>()) | inside_tag;
    } else {
      made.hold(std::make_shared<const T>(std::move(value)), detail::type_of<T>());
    }
    return made;
  }

  bool has_value() const { return tagged_type_ != 0; }
  /// The object, or null if it is of another type. Lives as long as this value does.
  template <typename T>
  const T* get_if() const {
    return type() == &detail::type_of<T>() ? static_cast<const T*>(data()) : nullptr;
  }
  /// The object, shared, or null if it is of another type.
  template <typename T>
  std::shared_ptr<const T> share_as() const {
    if (type() != &detail::type_of<T>()) return nullptr;
    if (is_shared()) return std::static_pointer_cast<const T>(shared());
    const auto owner = std::make_shared<const any_value>(*this);
    return {owner, static_cast<const T*>(owner->data())};
  }
  /// True if the value has a JSON form; an empty one is null.
  bool has_json_form() const { return !has_value() || type()->kind != detail::type_kind::opaque; }

  const void* data() const {
    if (is_shared()) return shared().get();
    return has_value() ? room_ : nullptr;
  }
  const detail::type_desc* type() const {
    return reinterpret_cast<const detail::type_desc*>(tagged_type_ & ~inside_tag);
  }

  /// Wraps an object that lives as long as `owner` does.
  static any_value share(std::shared_ptr<const void> object, const detail::type_desc& type) {
    any_value made;
    made.hold(std::move(object), type);
    return made;
  }

 private:
  using holder = std::shared_ptr<const void>;
  static constexpr std::uintptr_t inside_tag = 1;  // of the address of a type_desc, which is even
  template <typename T>
  static constexpr bool lies_inside =
      (std::is_arithmetic_v<T> || std::is_enum_v<T>)&&sizeof(T) <= sizeof(holder) &&
      alignof(T) <= alignof(holder);

  bool is_shared() const { return tagged_type_ != 0 && (tagged_type_ & inside_tag) == 0; }
  holder& shared() { return *std::launder(reinterpret_cast<holder*>(room_)); }
  const holder& shared() const { return *std::launder(reinterpret_cast<const holder*>(room_)); }
  void hold(holder object, const detail::type_desc& type) {
    ::new (room_) holder(std::move(object));
    tagged_type_ = reinterpret_cast<std::uintptr_t>(&type);
  }
  // Takes over what `other` held; its type is here already.
  void take(any_value& other) noexcept {
    if (is_shared()) {
      ::new (room_) holder(std::move(other.shared()));
      other.shared().~holder();
    } else {
      std::memcpy(room_, other.room_, sizeof room_);
    }
  }

  std::uintptr_t tagged_type_ = 0;
  alignas(holder) unsigned char room_[sizeof(holder)] = {};  // a holder, or the object itself
};

/// JSON text of the value inside; `null` for an empty one. Throws `error` with code no_json_form for a type
/// that nobody described.
std::string to_json_text(const any_value& value);
json to_json(const any_value& value);

}  // namespace stook
