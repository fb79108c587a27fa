#include <pipeline/plan.hpp>

#include <algorithm>
#include <numeric>
#include <queue>
#include <utility>

#include <fmt/format.h>

#include <stook/core/ascii.hpp>
#include <stook/core/error.hpp>

namespace stook::detail {
namespace {

using neighbours = std::vector<std::vector<std::uint32_t>>;

// Lexicographic topological order (Kahn 1962, the smallest free node first); empty if there is a cycle.
std::vector<std::uint32_t> topological_index(const neighbours& next) {
  std::vector<std::uint32_t> degree(next.size(), 0);
  for (const auto& targets : next) {
    for (const std::uint32_t t : targets) ++degree[t];
  }
  std::priority_queue<std::uint32_t, std::vector<std::uint32_t>, std::greater<>> free;
  for (std::uint32_t n = 0; n < next.size(); ++n) {
    if (degree[n] == 0) free.push(n);
  }
  std::vector<std::uint32_t> index(next.size(), 0);
  std::uint32_t placed = 0;
  while (!free.empty()) {
    const std::uint32_t n = free.top();
    free.pop();
    index[n] = placed++;
    for (const std::uint32_t t : next[n]) {
      if (--degree[t] == 0) free.push(t);
    }
  }
  return placed == next.size() ? index : std::vector<std::uint32_t>{};
}

// Tarjan 1972, without recursion: components come out in reverse topological order.
std::vector<std::uint32_t> component_index(const neighbours& next) {
  constexpr std::uint32_t none = ~std::uint32_t{0};
  struct visit {
    std::uint32_t node;
    std::size_t edge;
  };
  std::vector<std::uint32_t> order(next.size(), none), low(next.size(), 0), found(next.size(), none), open;
  std::vector<visit> path;
  std::uint32_t time = 0, count = 0;
  const auto enter = [&](std::uint32_t n) {
    order[n] = low[n] = time++;
    open.push_back(n);
    path.push_back({n, 0});
  };
  for (std::uint32_t root = 0; root < next.size(); ++root) {
    if (order[root] == none) enter(root);
    while (!path.empty()) {
      const std::uint32_t n = path.back().node;
      if (path.back().edge < next[n].size()) {
        const std::uint32_t t = next[n][path.back().edge++];
        if (order[t] == none) {
          enter(t);
        } else if (found[t] == none) {
          low[n] = std::min(low[n], order[t]);
        }
        continue;
      }
      path.pop_back();
      if (!path.empty()) low[path.back().node] = std::min(low[path.back().node], low[n]);
      if (low[n] != order[n]) continue;
      std::uint32_t member = none;
      do {
        member = open.back();
        open.pop_back();
        found[member] = count;
      } while (member != n);
      ++count;
    }
  }
  for (std::uint32_t& f : found) f = count - 1 - f;
  return found;
}

// Which of several deferred nodes goes first: topological index, then lower-cased name.
void rank_deferrals(plan& p) {
  neighbours next(p.nodes.size());
  for (const plan::edge& e : p.edges) next[e.from].push_back(e.to);
  for (auto& targets : next) {
    std::sort(targets.begin(), targets.end());
    targets.erase(std::unique(targets.begin(), targets.end()), targets.end());
  }
  std::vector<std::uint32_t> index = topological_index(next);
  if (index.empty()) index = component_index(next);

  std::vector<std::pair<std::uint32_t, std::string>> key;
  for (std::uint32_t n = 0; n < p.nodes.size(); ++n)
    key.emplace_back(index[n], ascii::to_lower(p.nodes[n].name));
  p.by_deferral.resize(p.nodes.size());
  std::iota(p.by_deferral.begin(), p.by_deferral.end(), 0u);
  std::stable_sort(p.by_deferral.begin(), p.by_deferral.end(),
                   [&](auto a, auto b) { return key[a] < key[b]; });
  for (std::uint32_t i = 0; i < p.nodes.size(); ++i) p.nodes[p.by_deferral[i]].deferral = i;
}

std::uint32_t size32(std::size_t n) { return static_cast<std::uint32_t>(n); }

// True if the receiver takes a value of this C++ type as it is.
bool takes(const plan::edge& edge, const type_desc* type) {
  if (edge.how != socket_conversion::none) return false;
  const type_desc* wanted = edge.carried ? edge.carried->carrier() : nullptr;
  return !wanted || wanted == type || (wanted->kind == type_kind::optional && &wanted->element() == type);
}

// Where the edges of each node and output are, and whether values pass through them unchanged.
void note_edges(plan& p) {
  for (plan::output& o : p.outputs) o.passes = o.socket->type.carrier();
  for (std::uint32_t e = 0; e < p.edges.size(); ++e) {
    const plan::edge& edge = p.edges[e];
    plan::node& from = p.nodes[edge.from];
    if (from.end_edge == 0) from.first_edge = e;
    from.end_edge = e + 1;
    plan::output& output = p.outputs[from.first_output + edge.output];
    if (output.end_edge == 0) output.first_edge = e;
    output.end_edge = e + 1;
    if (edge.carried || edge.how != socket_conversion::none) output.passes_any = false;
    if (!takes(edge, output.passes)) output.passes = nullptr;
  }
}

// Which inputs the run must feed, and which collect: also the lists that a run may join with its own.
void note_inputs(plan& p) {
  for (std::uint32_t i = 0; i < p.inputs.size(); ++i) {
    plan::input& in = p.inputs[i];
    if (in.mandatory && in.senders == 0) p.demands.push_back(i);
    const bool may_join = in.joining == joining::none && in.senders > 0 && in.socket->type.holds_list();
    if (collects(in.joining) || may_join) in.collected = p.collecting++;
  }
}

}  // namespace

std::shared_ptr<const plan> graph::compile() const {
  auto p = std::make_shared<plan>();
  p->options = options;

  std::vector<std::uint32_t> order(components.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(),
            [&](auto a, auto b) { return components[a].name() < components[b].name(); });
  std::vector<std::uint32_t> node_of(components.size());

  for (const std::uint32_t c : order) {
    node_of[c] = size32(p->nodes.size());
    plan::node n{.name = components[c].name(), .body = components[c].shared_body()};
    n.first_input = size32(p->inputs.size());
    for (std::size_t i = 0; i < components[c].inputs().size(); ++i) {
      const input_socket& s = components[c].inputs()[i];
      p->inputs.push_back(
          {.node = node_of[c], .joining = joinings[c][i], .mandatory = s.mandatory, .socket = &s});
    }
    n.end_input = size32(p->inputs.size());
    n.first_output = size32(p->outputs.size());
    for (const output_socket& s : components[c].outputs()) p->outputs.push_back({.socket = &s});
    n.end_output = size32(p->outputs.size());
    p->nodes.push_back(std::move(n));
  }

  for (const edge& e : edges) {
    plan::edge made{.from = node_of[e.from], .output = e.output, .to = node_of[e.to], .how = e.how};
    plan::node& to = p->nodes[made.to];
    made.input = to.first_input + e.input;
    const socket_type& type = p->inputs[made.input].socket->type;
    if (type.carrier()) made.carried = &type;
    to.fed_by_others = true;
    ++p->inputs[made.input].senders;
    p->outputs[p->nodes[made.from].first_output + e.output].consumed = true;
    p->edges.push_back(made);
  }
  std::sort(p->edges.begin(), p->edges.end(), [](const plan::edge& a, const plan::edge& b) {
    return std::tie(a.from, a.output, a.to, a.input) < std::tie(b.from, b.output, b.to, b.input);
  });
  note_edges(*p);
  note_inputs(*p);
  for (std::uint32_t i = 0; i < p->nodes.size(); ++i) {
    plan::node& n = p->nodes[i];
    if (!n.fed_by_others) p->sources.push_back(i);
    for (std::uint32_t o = n.first_output; o < n.end_output; ++o) n.open |= !p->outputs[o].consumed;
    p->most_inputs = std::max(p->most_inputs, n.end_input - n.first_input);
    p->most_outputs = std::max(p->most_outputs, n.end_output - n.first_output);
    p->has_coroutines |= !n.body->kind.plain;
    p->may_await |= n.body->kind.coroutine;
    p->wants_context |= n.body->kind.wants_context;
  }
  rank_deferrals(*p);
  return p;
}

std::string plan::input_name(std::uint32_t at) const {
  return nodes[inputs[at].node].name + '.' + inputs[at].socket->name;
}

std::string plan::output_name(std::uint32_t at) const {
  const auto owner =
      std::find_if(nodes.begin(), nodes.end(), [&](const node& n) { return at < n.end_output; });
  return owner->name + '.' + outputs[at].socket->name;
}

std::uint32_t plan::find(std::string_view component) const {
  const auto at = std::lower_bound(nodes.begin(), nodes.end(), component,
                                   [](const node& n, std::string_view name) { return n.name < name; });
  if (at == nodes.end() || at->name != component) {
    throw error("unknown_component", fmt::format("no component named '{}' in this pipeline", component));
  }
  return size32(static_cast<std::size_t>(at - nodes.begin()));
}

std::uint32_t plan::find_input(std::string_view component, std::string_view socket) const {
  const node& n = nodes[find(component)];
  for (std::uint32_t i = n.first_input; i < n.end_input; ++i) {
    if (inputs[i].socket->name == socket) return i;
  }
  std::string names;
  for (std::uint32_t i = n.first_input; i < n.end_input; ++i) {
    names += (names.empty() ? "" : ", ") + inputs[i].socket->name;
  }
  throw error("unknown_socket",
              fmt::format("component '{}' has no input '{}'; it has: {}", component, socket, names));
}

}  // namespace stook::detail
