#pragma once

#include <concepts>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include <stook/core/codec.hpp>
#include <stook/pipeline/detail/bind.hpp>

// What stands behind a component: a struct or lambda whose types are erased. Users do not need this header.

namespace stook::detail {

/// One of `call` and `async_call` is overridden, or both.
class component_body {
 public:
  struct traits {
    bool plain = true;       // has `call`
    bool coroutine = false;  // has `async_call`
    bool wants_context = false;
  };
  component_body(sockets s, std::string_view type, traits t)
      : declared(std::move(s)), cpp_type(type), kind(t) {}
  virtual ~component_body() = default;

  virtual void call(frame& f);
  virtual task<void> async_call(frame& f);

  virtual bool has_state() const { return false; }
  virtual std::string save() const { return "null"; }
  virtual void load(std::string_view) {}
  /// JSON text of the fields of a described struct; empty if it is not described.
  virtual std::string parameters() const { return {}; }

  const sockets declared;
  const std::string_view cpp_type;
  const traits kind;
};

template <typename C>
concept declares_sockets = requires(const C& c) {
  { c.declare() } -> std::same_as<sockets>;
};
template <typename C>
concept has_run = requires { &C::run; };
template <typename C>
concept has_saved_state = requires(const C& c) { c.save(); };

template <typename C>
struct run_signature : signature<decltype(&C::operator())> {};
template <has_run C>
struct run_signature<C> : signature<decltype(&C::run)> {};

template <typename Tuple>
struct sole_input;
template <>
struct sole_input<std::tuple<>> {
  using type = void;
};
template <typename In>
struct sole_input<std::tuple<In>> {
  using type = In;
};

template <typename C>
constexpr bool wants_context() {
  if constexpr (has_run<C>) {
    return takes_context<decltype(&C::run)>;
  } else {
    return takes_context<C>;
  }
}

template <typename C>
struct component_types {
  using sig = run_signature<C>;
  static_assert(std::tuple_size_v<typename sig::tuple> <= 1,
                "a component takes one described struct (or one plain value) and, if it wants, const "
                "stook::run_context&: put several inputs into a struct");
  using in = typename sole_input<typename sig::tuple>::type;
  using out = typename awaited<typename sig::result_type>::type;
  static constexpr bool is_task = awaited<typename sig::result_type>::is_task;
};

// Calls `run` or the lambda with the input, and with the context if it takes one.
template <typename C, typename... In>
decltype(auto) invoke_component(C& c, const run_context* context, In&&... in) {
  if constexpr (has_run<C> && wants_context<C>()) {
    return c.run(std::forward<In>(in)..., *context);
  } else if constexpr (has_run<C>) {
    return c.run(std::forward<In>(in)...);
  } else if constexpr (wants_context<C>()) {
    return c(std::forward<In>(in)..., *context);
  } else {
    return c(std::forward<In>(in)...);
  }
}

/// What all bodies of a C++ object share: its state and its parameters.
template <typename C>
class object_component : public component_body {
 public:
  object_component(C object, sockets s, bool coroutine)
      : component_body(std::move(s), type_name<C>(), {!coroutine, coroutine, wants_context<C>()}),
        object_(std::move(object)) {}

  bool has_state() const override { return has_saved_state<C>; }
  std::string save() const override {
    if constexpr (has_saved_state<C>) {
      return to_json_text(object_.save());
    } else {
      return "null";
    }
  }
  void load(std::string_view text) override {
    if constexpr (has_saved_state<C>) {
      // generic, so that a header that only declares boost::json::value does not need its size
      const auto read = [this](auto json_text) {
        object_.load(from_json<std::remove_cvref_t<decltype(object_.save())>>(parse_own(json_text)));
      };
      read(text);
    } else {
      (void)text;
    }
  }
  std::string parameters() const override {
    if constexpr (described_struct<C>) {
      return to_json_text(object_);
    } else {
      return {};
    }
  }

 protected:
  C object_;
};

template <typename C>
class plain_component final : public object_component<C> {
  using types_ = component_types<C>;
  using in = typename types_::in;
  using out = typename types_::out;

 public:
  explicit plain_component(C c)
      : object_component<C>(std::move(c), sockets_of(bindings<in>::inputs, bindings<out>::outputs), false) {}

  void call(frame& f) override {
    if constexpr (std::is_void_v<out>) {
      invoke(f);
    } else {
      out results = invoke(f);
      write_results(f, results);
    }
  }

 private:
  decltype(auto) invoke(frame& f) {
    if constexpr (std::is_void_v<in>) {
      return invoke_component(this->object_, f.asked_context());
    } else {
      return invoke_component(this->object_, f.asked_context(), read_inputs<in>(f));
    }
  }
};

template <typename C>
class coroutine_component final : public object_component<C> {
  using types_ = component_types<C>;
  using in = typename types_::in;
  using out = typename types_::out;

 public:
  explicit coroutine_component(C c)
      : object_component<C>(std::move(c), sockets_of(bindings<in>::inputs, bindings<out>::outputs), true) {}

  typename dependent<C, task<void>>::type async_call(frame& f) override {
    auto pending = begin(f);
    if constexpr (std::is_void_v<out>) {
      co_await std::move(pending);
    } else {
      out results = co_await std::move(pending);
      write_results(f, results);
    }
  }

 private:
  auto begin(frame& f) {
    if constexpr (std::is_void_v<in>) {
      return invoke_component(this->object_, f.asked_context());
    } else {
      return invoke_component(this->object_, f.asked_context(), read_inputs<in>(f));
    }
  }
};

template <typename C>
class declaring_component final : public object_component<C> {
 public:
  declaring_component(C c, sockets s) : object_component<C>(std::move(c), std::move(s), false) {}

  void call(frame& f) override {
    socket_results out(this->declared, f);
    invoke_component(this->object_, f.asked_context(), socket_values(this->declared, f), out);
  }
};

template <typename C>
class declaring_coroutine final : public object_component<C> {
 public:
  declaring_coroutine(C c, sockets s) : object_component<C>(std::move(c), std::move(s), true) {}

  typename dependent<C, task<void>>::type async_call(frame& f) override {
    socket_results out(this->declared, f);
    auto pending = invoke_component(this->object_, f.asked_context(), socket_values(this->declared, f), out);
    co_await std::move(pending);
  }
};

template <typename C>
std::shared_ptr<component_body> make_component_body(C object) {
  if constexpr (declares_sockets<C>) {
    sockets declared = object.declare();
    using body = std::conditional_t<awaited<typename signature<decltype(&C::run)>::result_type>::is_task,
                                    declaring_coroutine<C>, declaring_component<C>>;
    return std::make_shared<body>(std::move(object), std::move(declared));
  } else if constexpr (component_types<C>::is_task) {
    return std::make_shared<coroutine_component<C>>(std::move(object));
  } else {
    return std::make_shared<plain_component<C>>(std::move(object));
  }
}

}  // namespace stook::detail
