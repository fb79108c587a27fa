#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <stook/core/any_value.hpp>
#include <stook/core/error.hpp>

namespace stook {

/// How an update meets the value that a key already has.
using merge_function = std::function<any_value(const any_value& current, const any_value& update)>;

namespace detail {
template <typename T>
any_value append_values(const any_value& current, const any_value& update) {
  T joined = *current.get_if<T>();
  const T& more = *update.get_if<T>();
  joined.insert(joined.end(), more.begin(), more.end());
  return any_value::of(std::move(joined));
}
}  // namespace detail

/// One declared key of a run's state: its name, its type, and how updates merge.
class state_key {
 public:
  /// A key of type T whose updates replace its value.
  template <typename T>
  static state_key of(std::string name) {
    return state_key(std::move(name), detail::type_of<T>(), nullptr);
  }
  /// A key that holds a vector; updates are appended.
  template <typename T>
  static state_key appending(std::string name) {
    return state_key(std::move(name), detail::type_of<T>(), &detail::append_values<T>);
  }
  /// `merge` is called with the current value and the update, and returns the new value.
  template <typename T, typename Merge>
  static state_key merging(std::string name, Merge merge) {
    static_assert(std::is_invocable_r_v<T, Merge&, const T&, const T&>,
                  "a merge function takes (const T& current, const T& update) and returns T");
    return state_key(std::move(name), detail::type_of<T>(),
                     [merge = std::move(merge)](const any_value& current, const any_value& update) {
                       return any_value::of<T>(merge(*current.get_if<T>(), *update.get_if<T>()));
                     });
  }

  const std::string& name() const { return name_; }
  const detail::type_desc& type() const { return *type_; }
  const merge_function& merge() const { return merge_; }

 private:
  state_key(std::string name, const detail::type_desc& type, merge_function merge)
      : name_(std::move(name)), type_(&type), merge_(std::move(merge)) {}

  std::string name_;
  const detail::type_desc* type_;
  merge_function merge_;
};

/// The blackboard of a run: typed values under declared keys. An unknown key or a value of another type is an
/// `error` (unknown_state_key, state_type). Copies are cheap and independent. Not thread-safe: the run hands
/// it to one tool at a time.
class state {
 public:
  state() = default;
  /// Throws `error` with code duplicate_state_key.
  explicit state(std::vector<state_key> keys);

  /// The value under `key`, or null while nobody has set it. Valid until the key is written.
  template <typename T>
  const T* find(std::string_view key) const {
    const any_value& held = value(key);
    if (!held.has_value()) return nullptr;
    if (const T* typed = held.get_if<T>()) return typed;
    throw wrong_type(key, detail::type_name<T>());
  }
  /// Replaces the value, whatever the key's merge function.
  template <typename T>
  void set(std::string_view key, T value) {
    set_value(key, any_value::of<T>(std::move(value)));
  }

  const any_value& value(std::string_view key) const;
  void set_value(std::string_view key, any_value value);
  /// Merges as the key declares; the first value is stored as it is.
  void update(std::string_view key, any_value value);
  bool contains(std::string_view key) const;
  /// The declared type of a key.
  const detail::type_desc& type_of(std::string_view key) const { return keys()[index_of(key)].type(); }
  std::span<const state_key> keys() const;

 private:
  std::size_t index_of(std::string_view key) const;
  static error wrong_type(std::string_view key, std::string_view asked);

  std::shared_ptr<const std::vector<state_key>> keys_;
  std::vector<any_value> values_;
};

}  // namespace stook
