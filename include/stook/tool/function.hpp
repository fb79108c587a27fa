#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include <stook/core/any_value.hpp>
#include <stook/core/fwd.hpp>
#include <stook/core/type_desc.hpp>
#include <stook/tool/context.hpp>
#include <stook/tool/result.hpp>
#include <stook/tool/state.hpp>

// How a function object becomes the body of a tool: which of its parameters come from the model and which
// from the run, and what it returns. Users do not need this header.

namespace stook::detail {

/// One call of a tool on its way through the body: the compiled half of what the templates below do.
class invocation {
 public:
  virtual ~invocation() = default;
  /// Decodes the model's arguments and fills in those that come from state; false after a failure.
  virtual bool read_arguments(void* into, const type_desc& type) = 0;
  /// A context for a function that asks for one.
  virtual run_context context() = 0;
  /// The run's state, for a function that asks for it.
  virtual state& blackboard() = 0;
  virtual bool wants_value() const = 0;
  virtual void succeed(const void* value, const type_desc& type, any_value kept) = 0;
  virtual void succeed_with_text(std::string text, any_value kept) = 0;
  virtual void fail(failure why) = 0;
};

/// A key of its caller's state that a body reads or writes itself, beside the inputs and outputs of its tool.
struct state_use {
  std::string_view key;
  const type_desc* type;
};

/// What a tool does when it is called. One of the two functions is overridden; both may be called
/// concurrently.
class tool_body {
 public:
  virtual ~tool_body() = default;
  virtual void call(invocation& inv) const;
  virtual task<void> async_call(invocation& inv) const;
  virtual std::span<const state_use> reads() const { return {}; }
  virtual std::span<const state_use> writes() const { return {}; }
};

enum class body_kind : unsigned char { plain, coroutine };

/// What the compiled constructor of `tool` must know of a function.
struct function_desc {
  const type_desc* arguments = nullptr;  // an object; null for a tuple of named parameters
  const type_ref* parameter_types = nullptr;
  const void* (*const* parameter_places)(const void*) = nullptr;
  std::size_t parameter_count = 0;
  std::shared_ptr<void> (*make_tuple)() = nullptr;
  const type_desc* result = nullptr;  // nothing for void
  body_kind kind = body_kind::plain;
  bool takes_state = false;
};

template <typename T>
struct awaited {
  using type = T;
  static constexpr bool is_task = false;
};
template <typename T, typename Executor>
struct awaited<boost::asio::awaitable<T, Executor>> {
  using type = T;
  static constexpr bool is_task = true;
};

template <typename T>
struct returned {
  using type = T;
  static constexpr bool may_fail = false;
};
template <typename T>
struct returned<result<T>> {
  using type = T;
  static constexpr bool may_fail = true;
};
template <>
struct returned<void> {
  using type = std::monostate;
  static constexpr bool may_fail = false;
};
template <>
struct returned<const char*> {
  using type = std::string;
  static constexpr bool may_fail = false;
};
template <>
struct returned<std::string_view> {
  using type = std::string;
  static constexpr bool may_fail = false;
};

template <typename T>
concept from_run =
    std::is_same_v<std::remove_cvref_t<T>, run_context> || std::is_same_v<std::remove_cvref_t<T>, state>;

template <typename... T>
struct types {};

template <typename Kept, typename... Rest>
struct model_parameters;
template <typename... Kept>
struct model_parameters<types<Kept...>> {
  using tuple = std::tuple<Kept...>;
};
template <typename... Kept, typename First, typename... Rest>
struct model_parameters<types<Kept...>, First, Rest...>
    : std::conditional_t<from_run<First>, model_parameters<types<Kept...>, Rest...>,
                         model_parameters<types<Kept..., std::remove_cvref_t<First>>, Rest...>> {};

template <typename Tuple>
struct argument_form {
  static constexpr bool is_struct = false;
};
template <typename T>
  requires(described_struct<T>)
struct argument_form<std::tuple<T>> {
  static constexpr bool is_struct = true;
};

template <typename F>
struct signature : signature<decltype(&F::operator())> {};
template <typename R, typename... P>
struct signature<R (*)(P...)> {
  using result_type = R;
  using parameters = types<P...>;
  using tuple = typename model_parameters<types<>, P...>::tuple;
  static constexpr bool takes_state = (std::is_same_v<std::remove_cvref_t<P>, state> || ...);
};
template <typename C, typename R, typename... P>
struct signature<R (C::*)(P...)> : signature<R (*)(P...)> {};
template <typename C, typename R, typename... P>
struct signature<R (C::*)(P...) const> : signature<R (*)(P...)> {};
template <typename R, typename... P>
struct signature<R(P...)> : signature<R (*)(P...)> {};

template <typename F>
concept has_signature = std::is_function_v<std::remove_pointer_t<F>> || requires { &F::operator(); };

template <typename Tuple>
struct tuple_table;
template <typename... T>
struct tuple_table<std::tuple<T...>> {
  using tuple = std::tuple<T...>;
  template <std::size_t I>
  static const void* place(const void* object) {
    return &std::get<I>(*static_cast<const tuple*>(object));
  }
  template <std::size_t... I>
  static constexpr auto places_of(std::index_sequence<I...>) {
    return std::array<const void* (*)(const void*), sizeof...(T) + 1>{&place<I>..., nullptr};
  }
  static constexpr auto places = places_of(std::index_sequence_for<T...>{});
  static constexpr std::array<type_ref, sizeof...(T) + 1> refs{&type_of<T>..., nullptr};
  static constexpr bool all_describable = (describable<T> && ...);
};

template <typename F>
constexpr function_desc describe_function() {
  using sig = signature<F>;
  using raw = awaited<typename sig::result_type>;
  using value = typename returned<typename raw::type>::type;
  using tuple = typename sig::tuple;
  static_assert(
      tuple_table<tuple>::all_describable,
      "a tool takes one described struct or plain parameters from the model (describe the struct with "
      "STOOK_DESCRIBE), and beside them, if it wants, const stook::run_context& and stook::state&");
  static_assert(describable<value>,
                "what a tool returns must be described with STOOK_DESCRIBE: the model reads it as JSON");
  function_desc out{.result = &type_table<value>::value,
                    .kind = raw::is_task ? body_kind::coroutine : body_kind::plain,
                    .takes_state = sig::takes_state};
  if constexpr (argument_form<tuple>::is_struct) {
    out.arguments = &type_table<std::tuple_element_t<0, tuple>>::value;
  } else {
    out.parameter_types = tuple_table<tuple>::refs.data();
    out.parameter_places = tuple_table<tuple>::places.data();
    out.parameter_count = std::tuple_size_v<tuple>;
    out.make_tuple = &make_value<tuple>;
  }
  return out;
}

// Hands the parameters over in the order of the function: from the tuple, or from the run.
template <typename P, typename Tuple, std::size_t I>
decltype(auto) pick(Tuple& arguments, const std::optional<run_context>& context, invocation& inv) {
  if constexpr (std::is_same_v<std::remove_cvref_t<P>, run_context>) {
    return (*context);
  } else if constexpr (std::is_same_v<std::remove_cvref_t<P>, state>) {
    return (inv.blackboard());
  } else {
    return std::move(std::get<I>(arguments));
  }
}

// How many of the first n parameters come from the model.
template <typename... P>
constexpr std::size_t position(std::size_t n) {
  constexpr bool injected[] = {from_run<P>..., false};
  std::size_t count = 0;
  for (std::size_t i = 0; i < n; ++i) count += !injected[i];
  return count;
}

template <typename F, typename Tuple, typename... P, std::size_t... All>
decltype(auto) apply_function(F& f, [[maybe_unused]] Tuple& arguments,
                              [[maybe_unused]] const std::optional<run_context>& context,
                              [[maybe_unused]] invocation& inv, types<P...>, std::index_sequence<All...>) {
  return f(pick<P, Tuple, position<P...>(All)>(arguments, context, inv)...);
}

template <typename F>
constexpr bool takes_context = []<typename... P>(types<P...>) {
  return (std::is_same_v<std::remove_cvref_t<P>, run_context> || ...);
}(typename signature<F>::parameters{});

template <typename Value, typename Returned>
void deliver(invocation& inv, Returned&& returned_value) {
  if constexpr (returned<std::remove_cvref_t<Returned>>::may_fail) {
    if (returned_value) {
      deliver<Value>(inv, std::move(returned_value.value()));
    } else {
      inv.fail(std::move(returned_value.why()));
    }
  } else if constexpr (std::is_same_v<Value, std::string>) {
    std::string text(std::forward<Returned>(returned_value));
    any_value kept = inv.wants_value() ? any_value::of<std::string>(text) : any_value{};
    inv.succeed_with_text(std::move(text), std::move(kept));
  } else {
    const Value& value = returned_value;
    any_value kept = inv.wants_value() ? any_value::of<Value>(value) : any_value{};
    inv.succeed(&value, type_of<Value>(), std::move(kept));
  }
}

template <typename F>
struct body_types {
  using sig = signature<F>;
  using tuple = typename sig::tuple;
  using value = typename returned<typename awaited<typename sig::result_type>::type>::type;

  static bool read(invocation& inv, tuple& arguments) {
    if constexpr (argument_form<tuple>::is_struct) {
      return inv.read_arguments(&std::get<0>(arguments), type_of<std::tuple_element_t<0, tuple>>());
    } else {
      return inv.read_arguments(&arguments, type_of<std::monostate>());
    }
  }
  static std::optional<run_context> context(invocation& inv) {
    if constexpr (takes_context<F>) {
      return inv.context();
    } else {
      return std::nullopt;
    }
  }
  static decltype(auto) apply(F& f, tuple& arguments, const std::optional<run_context>& context,
                              invocation& inv) {
    using parameters = typename sig::parameters;
    return apply_all(f, arguments, context, inv, parameters{});
  }
  template <typename... P>
  static decltype(auto) apply_all(F& f, tuple& arguments, const std::optional<run_context>& context,
                                  invocation& inv, types<P...> p) {
    return apply_function(f, arguments, context, inv, p, std::index_sequence_for<P...>{});
  }
};

template <typename F>
class plain_body final : public tool_body {
 public:
  explicit plain_body(F f) : f_(std::move(f)) {}

  void call(invocation& inv) const override {
    using types = body_types<F>;
    typename types::tuple arguments{};
    if (!types::read(inv, arguments)) return;
    const std::optional<run_context> context = types::context(inv);
    if constexpr (std::is_void_v<typename signature<F>::result_type>) {
      types::apply(f_, arguments, context, inv);
      deliver<std::monostate>(inv, std::monostate{});
    } else {
      deliver<typename types::value>(inv, types::apply(f_, arguments, context, inv));
    }
  }

 private:
  mutable F f_;
};

// The return type depends on F only so that it may stay incomplete until a coroutine tool is made.
template <typename F, typename T>
struct dependent {
  using type = T;
};

template <typename F>
class coroutine_body final : public tool_body {
 public:
  explicit coroutine_body(F f) : f_(std::move(f)) {}

  typename dependent<F, task<void>>::type async_call(invocation& inv) const override {
    using types = body_types<F>;
    typename types::tuple arguments{};
    if (!types::read(inv, arguments)) co_return;
    const std::optional<run_context> context = types::context(inv);
    auto pending = types::apply(f_, arguments, context, inv);
    if constexpr (std::is_void_v<typename awaited<typename signature<F>::result_type>::type>) {
      co_await std::move(pending);
      deliver<std::monostate>(inv, std::monostate{});
    } else {
      auto value = co_await std::move(pending);
      deliver<typename types::value>(inv, std::move(value));
    }
  }

 private:
  mutable F f_;
};

template <typename F>
std::unique_ptr<tool_body> make_body(F f) {
  if constexpr (awaited<typename signature<F>::result_type>::is_task) {
    return std::make_unique<coroutine_body<F>>(std::move(f));
  } else {
    return std::make_unique<plain_body<F>>(std::move(f));
  }
}

}  // namespace stook::detail
