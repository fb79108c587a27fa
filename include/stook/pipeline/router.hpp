#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <stook/core/describe.hpp>
#include <stook/core/error.hpp>
#include <stook/pipeline/socket.hpp>
#include <stook/pipeline/socket_values.hpp>

namespace stook {

/// Sends a value to the output of the first route whose predicate holds. For two or three ways a lambda that
/// fills one std::optional of several reads better; this is for tables of ways.
///
///     p.add("by_size", stook::router<int>{{"big", [](int n) { return n > 100; }}, {"rest", {}}});
template <typename T>
class router {
 public:
  struct way {
    std::string output;
    std::function<bool(const T&)> when{};  ///< empty: always
  };
  router(std::initializer_list<way> ways) : ways_(ways) {}

  stook::sockets declare() const {
    stook::sockets s{.inputs = {{.name = "value", .type = socket_type::of<T>()}}};
    for (const way& w : ways_) s.outputs.push_back({w.output, socket_type::of<T>()});
    return s;
  }
  /// Throws `error` with code no_route.
  void run(const socket_values& in, socket_results& out) const {
    const T& value = in.as<T>("value");
    for (const way& w : ways_) {
      if (!w.when || w.when(value)) return out.set(w.output, in.at("value"));
    }
    throw error("no_route", "the value fits none of the routes: let the last one have no condition");
  }

 private:
  std::vector<way> ways_;
};

/// One way out of a conditional_router.
struct route {
  std::string when;    ///< a condition over the router's inputs, in the form that docs/pipelines.md describes
  std::string output;  ///< name of the socket
  std::string value;   ///< name of the input that goes there, as it came
  std::string type = "any";
};
STOOK_DESCRIBE(route, (when, "Condition over the inputs, for example: score >= 0.5 and kind == 'urgent'"),
               (output, "Name of the output socket"), (value, "Name of the input that goes there"),
               (type, "Type of the output", stook::defaulted))

/// The router of pipelines that come from files: the first route whose condition holds passes its value on,
/// unchanged. Its inputs are the names in the conditions and values.
class conditional_router {
 public:
  std::vector<route> routes;

  /// Throws `error` with code expression.
  stook::sockets declare() const;
  /// Throws `error` with code no_route or expression.
  void run(const socket_values& in, socket_results& out) const;
};
STOOK_DESCRIBE(conditional_router, (routes, "Tried in this order"))

}  // namespace stook
