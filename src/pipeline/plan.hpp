#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <pipeline/conversion.hpp>

#include <stook/pipeline/component.hpp>
#include <stook/pipeline/options.hpp>

namespace stook::detail {

inline bool collects(joining how) { return how == joining::lazy || how == joining::concat; }

/// A graph as the scheduler reads it: flat, and in the order of the components' names, so that the index of a
/// node is its alphabetical rank and the order in which components were added leaves no trace.
struct plan {
  struct node {
    std::string name;
    std::shared_ptr<component_body> body;
    std::uint32_t first_input = 0, end_input = 0;    // in `inputs`
    std::uint32_t first_output = 0, end_output = 0;  // in `outputs`
    std::uint32_t first_edge = 0, end_edge = 0;      // in `edges`
    std::uint32_t deferral = 0;                      // rank among deferred nodes
    bool fed_by_others = false;                      // some input is connected
    bool open = false;                               // some output is not
  };
  struct input {
    std::uint32_t node = 0;
    std::uint32_t senders = 0;
    stook::joining joining = stook::joining::none;
    bool mandatory = true;
    std::uint32_t collected = never_collects;  // its place among those that collect, or do when a run asks
    const input_socket* socket = nullptr;
    static constexpr std::uint32_t never_collects = ~std::uint32_t{0};
  };
  struct output {
    std::uint32_t first_edge = 0, end_edge = 0;
    bool consumed = false;
    bool passes_any = true;             // no receiver minds the C++ type
    const type_desc* passes = nullptr;  // the C++ type that all receivers take as it is
    const output_socket* socket = nullptr;

    /// True if no receiver needs another form of the value.
    bool delivers(const any_value& value) const {
      return passes_any || value.type() == passes || !value.has_value();
    }
  };
  struct edge {
    std::uint32_t from = 0, output = 0;  // output counts within the node
    std::uint32_t to = 0, input = 0;     // input is an index in `inputs`
    socket_conversion how = socket_conversion::none;
    const socket_type* carried = nullptr;  // the receiver's, if values may have to change their C++ type
  };

  std::vector<node> nodes;
  std::vector<input> inputs;
  std::vector<output> outputs;
  std::vector<edge> edges;  // by sender, then output, then receiver
  std::vector<std::uint32_t> by_deferral;
  std::vector<std::uint32_t> sources;               // nodes that no other one feeds
  std::vector<std::uint32_t> demands;               // mandatory inputs that no component feeds
  std::uint32_t collecting = 0;                     // inputs with a place among those that collect
  std::uint32_t most_inputs = 0, most_outputs = 0;  // of one node
  pipeline_options options;
  bool has_coroutines = false;  // some component is nothing else
  bool may_await = false;       // some component can be one
  bool wants_context = false;   // some component does

  std::string input_name(std::uint32_t at) const;
  std::string output_name(std::uint32_t at) const;
  std::uint32_t find(std::string_view component) const;  // throws `error`, code unknown_component
  std::uint32_t find_input(std::string_view component, std::string_view socket) const;
};

/// What a pipeline is made of, in the order in which it was made.
struct graph {
  struct edge {
    std::uint32_t from, output, to, input;
    socket_conversion how;
  };

  std::vector<component> components;
  std::vector<std::vector<joining>> joinings;  // of each component's inputs, promoted ones as `concat`
  std::vector<edge> edges;
  std::unordered_map<std::string, std::uint32_t> index;
  pipeline_options options;

  void add(component c);
  void connect(std::string_view from, std::string_view to);
  std::shared_ptr<const plan> compile() const;
};

/// A graph and its plan, made when first asked for.
class graph_core {
 public:
  explicit graph_core(graph g) : parts(std::move(g)) {}

  const std::shared_ptr<const plan>& compiled() const {
    std::call_once(once_, [this] {
      plan_ = parts.compile();
      is_compiled_ = true;
    });
    return plan_;
  }
  bool is_compiled() const { return is_compiled_; }

  graph parts;

 private:
  mutable std::once_flag once_;
  mutable std::shared_ptr<const plan> plan_;
  mutable std::atomic<bool> is_compiled_ = false;
};

}  // namespace stook::detail
