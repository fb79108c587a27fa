#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <stook/core/any_value.hpp>
#include <stook/pipeline/socket_type.hpp>

namespace stook {

/// An input field that collects what all of its senders deliver, in the order in which they ran. Its
/// component runs when every sender has run, whether or not each had a value to give.
template <typename T>
struct variadic {
  std::vector<T> values{};

  auto begin() const { return values.begin(); }
  auto end() const { return values.end(); }
  std::size_t size() const { return values.size(); }
  bool empty() const { return values.empty(); }
  const T& operator[](std::size_t i) const { return values[i]; }
};

/// An input field with several senders whose component runs as soon as one of them has delivered: what joins
/// a loop with the way into it.
template <typename T>
struct greedy {
  T value{};

  const T& operator*() const { return value; }
  const T* operator->() const { return &value; }
};

/// How an input socket treats several senders.
enum class joining : unsigned char {
  none,    ///< one sender only
  lazy,    ///< waits for all, takes a list of their values
  concat,  ///< waits for all, takes one list that holds the elements of theirs
  greedy,  ///< takes the first value that comes
};

/// One named input of a component. Struct components have theirs from the description of their input type;
/// only components whose sockets depend on their construction write them down.
struct input_socket {
  std::string name;
  socket_type type{};
  bool mandatory = true;
  any_value default_value{};  ///< what an optional socket takes; if empty, the component knows its default
  stook::joining joining = joining::none;
  bool listed = false;  ///< a greedy socket whose one value is passed as a list of one
};

/// One named output of a component, of which a run may or may not give a value.
struct output_socket {
  std::string name;
  socket_type type{};
};

/// All sockets of a component.
struct sockets {
  std::vector<input_socket> inputs{};
  std::vector<output_socket> outputs{};
};

}  // namespace stook
