#include <stook/pipeline/json_component.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <set>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <stook/core/json.hpp>
#include <stook/pipeline/pipeline.hpp>

// Random graphs, run by the library and by a small model that is written from the rules alone.

namespace {

using stook::joining;
using stook::json;

struct random_input {
  joining kind;
  bool mandatory;
  std::vector<std::pair<int, int>> senders;  // node, output
};
struct random_node {
  std::vector<random_input> inputs;
  int outputs;
};
struct random_graph {
  std::vector<random_node> nodes;          // in the order of their names
  std::vector<std::pair<int, int>> given;  // node, input that the run gives a value to
  unsigned max_runs = 6;
};

// Sorted by bytes as by number, and otherwise in lower case, by which deferred components are chosen.
std::string name_of(int node) { return fmt::format("{}{}", node < 3 ? 'Z' : 'a', 100 + node); }

// What a component gives is a function of its name, visit and inputs.
json give(int node, unsigned visit, const json& inputs, int outputs) {
  const std::size_t h =
      std::hash<std::string>()(fmt::format("{} {} {}", node, visit, stook::dump_json(inputs)));
  boost::json::object out;
  for (int o = 0; o < outputs; ++o) {
    if ((h >> o) % 3 != 0) out.emplace(fmt::format("o{}", o), static_cast<std::int64_t>(h % 1000) + o);
  }
  return out;
}

struct visit_record {
  int node;
  json inputs;
  friend bool operator==(const visit_record&, const visit_record&) = default;
};
struct outcome {
  std::vector<visit_record> visits;
  std::string end;  // outputs, or the code of the error
};

// ---- the model

struct entry {
  int sender;  // -1: the run
  json value;
  bool real;
};

std::vector<int> deferral_order(const random_graph& g) {
  const int n = static_cast<int>(g.nodes.size());
  std::vector<std::set<int>> next(g.nodes.size());
  for (int t = 0; t < n; ++t) {
    for (const random_input& i : g.nodes[t].inputs) {
      for (const auto& [from, output] : i.senders) next[from].insert(t);
    }
  }
  std::vector<int> order(g.nodes.size(), -1), low(g.nodes.size()), component(g.nodes.size(), -1), stack,
      placed;
  std::vector<int> index(g.nodes.size());
  for (int turn = 0; turn < n; ++turn) {  // the smallest node whose predecessors are all placed
    for (int c = 0; c < n; ++c) {
      const auto is_placed = [&](int x) {
        return std::find(placed.begin(), placed.end(), x) != placed.end();
      };
      bool free = !is_placed(c);
      for (int p = 0; p < n; ++p) free = free && (!next[p].contains(c) || is_placed(p));
      if (!free) continue;
      index[c] = static_cast<int>(placed.size());
      placed.push_back(c);
      break;
    }
  }
  if (placed.size() == g.nodes.size()) return index;
  int time = 0, count = 0;  // a cycle: strongly connected components, as Tarjan finds them
  std::function<void(int)> visit = [&](int v) {
    order[v] = low[v] = time++;
    stack.push_back(v);
    for (const int w : next[v]) {
      if (order[w] < 0) visit(w);
      if (component[w] < 0) low[v] = std::min(low[v], low[w]);
    }
    if (low[v] != order[v]) return;
    for (int w = -1; w != v; stack.pop_back()) component[w = stack.back()] = count;
    ++count;
  };
  for (int v = 0; v < n; ++v) {
    if (order[v] < 0) visit(v);
  }
  for (int v = 0; v < n; ++v) index[v] = -component[v];
  return index;
}

class model {
 public:
  explicit model(const random_graph& g) : g_(g), waiting_(g.nodes.size()), visits_(g.nodes.size()) {
    for (std::size_t n = 0; n < g.nodes.size(); ++n) waiting_[n].resize(g.nodes[n].inputs.size());
    for (const auto& [n, i] : g.given) waiting_[n][i].push_back({-1, 1000 + n, true});
  }

  outcome run() {
    outcome out;
    const std::vector<int> deferral = deferral_order(g_);
    for (bool first = true;; first = false) {
      std::map<int, std::vector<int>> queue;  // by priority
      for (int n = 0; n < static_cast<int>(g_.nodes.size()); ++n) queue[priority(n)].push_back(n);
      std::vector<int> next = queue[1];
      next.insert(next.end(), queue[2].begin(), queue[2].end());
      if (next.empty() && !queue[3].empty()) {
        if (visits_[queue[3].front()] >= g_.max_runs) return {out.visits, "max_runs"};
        const auto key = [&](int n) { return std::pair(deferral[n], lower(name_of(n))); };
        next = {*std::min_element(queue[3].begin(), queue[3].end(),
                                  [&](int a, int b) { return key(a) < key(b); })};
      }
      if (next.empty()) {
        if (first && !g_.nodes.empty()) return {out.visits, "pipeline_blocked"};
        break;
      }
      for (const int n : next) {
        if (visits_[n] >= g_.max_runs) return {out.visits, "max_runs"};
        step(n, out);
      }
    }
    boost::json::object all;
    for (const auto& [name, given] : outputs_) all.emplace(name, given);
    out.end = stook::dump_json(all);
    return out;
  }

 private:
  static std::string lower(std::string s) {
    for (char& c : s) c = static_cast<char>(std::tolower(c));
    return s;
  }

  int priority(int n) const {
    bool fed = false, user = false, connected = false, greedy = false, filled = true, all_ran = true;
    for (std::size_t i = 0; i < waiting_[n].size(); ++i) {
      const random_input& in = g_.nodes[n].inputs[i];
      bool real = false;
      std::set<int> ran, senders;
      for (const auto& [from, output] : in.senders) senders.insert(from);
      for (const entry& e : waiting_[n][i]) {
        real |= e.real;
        fed |= e.real && e.sender >= 0;
        user |= e.sender < 0;
        if (e.sender >= 0) ran.insert(e.sender);
      }
      connected |= !senders.empty();
      if (in.mandatory && !real) return 4;
      filled &= real || senders.empty();
      greedy |= in.kind == joining::greedy && real;
      all_ran &= ran == senders;
    }
    if (!fed && !(visits_[n] == 0 && (user || !connected))) return 4;
    return greedy && filled ? 1 : (all_ran ? 2 : 3);
  }

  void step(int n, outcome& out) {
    boost::json::object inputs;
    for (std::size_t i = 0; i < waiting_[n].size(); ++i) {
      const random_input& in = g_.nodes[n].inputs[i];
      boost::json::array real;
      for (const entry& e : waiting_[n][i]) {
        if (e.real) real.push_back(e.value);
      }
      std::erase_if(waiting_[n][i],
                    [&](const entry& e) { return e.sender >= 0 || in.kind == joining::greedy; });
      if (real.empty()) real.push_back(-1);  // the default
      const std::string name = fmt::format("i{}", i);
      if (in.kind == joining::lazy) {
        inputs.emplace(name, real);
      } else {
        inputs.emplace(name, real[0]);
      }
    }
    out.visits.push_back({n, inputs});
    const json given = give(n, ++visits_[n], inputs, g_.nodes[n].outputs);
    boost::json::object kept = given.as_object();
    for (int t = 0; t < static_cast<int>(g_.nodes.size()); ++t) {
      for (std::size_t i = 0; i < waiting_[t].size(); ++i) {
        for (const auto& [from, output] : g_.nodes[t].inputs[i].senders) {
          if (from == n)
            arrive(t, i, n, given.as_object().if_contains(fmt::format("o{}", output)), kept, output);
        }
      }
    }
    if (!kept.empty()) outputs_[name_of(n)] = kept;
  }

  void arrive(int t, std::size_t i, int n, const json* value, boost::json::object& kept, int output) {
    const entry e{n, value ? *value : json(), value != nullptr};
    std::vector<entry>& at = waiting_[t][i];
    kept.erase(fmt::format("o{}", output));
    if (g_.nodes[t].inputs[i].kind != joining::lazy) {
      if (at.empty() || e.real) at = {e};
    } else {
      at.push_back(e);
    }
  }

  const random_graph& g_;
  std::vector<std::vector<std::vector<entry>>> waiting_;
  std::vector<unsigned> visits_;
  std::map<std::string, json> outputs_;
};

// ---- the library

outcome run_library(const random_graph& g, stook::pipeline_run_options options, std::uint32_t order) {
  outcome out;
  std::mutex mutex;
  std::vector<unsigned> visits(g.nodes.size());
  stook::pipeline p({.max_runs = g.max_runs});
  std::vector<int> nodes(g.nodes.size());
  for (std::size_t n = 0; n < nodes.size(); ++n) nodes[n] = static_cast<int>(n);
  std::mt19937 random(order);
  std::shuffle(nodes.begin(), nodes.end(), random);
  for (const int n : nodes) {
    stook::sockets s;
    for (std::size_t i = 0; i < g.nodes[n].inputs.size(); ++i) {
      const random_input& in = g.nodes[n].inputs[i];
      s.inputs.push_back({.name = fmt::format("i{}", i), .mandatory = in.mandatory, .joining = in.kind});
      if (!in.mandatory) s.inputs.back().default_value = stook::any_value::of(json(-1));
    }
    for (int o = 0; o < g.nodes[n].outputs; ++o) s.outputs.push_back({fmt::format("o{}", o)});
    p.add(name_of(n), stook::json_component(s, [&, n](const json& inputs) {
            const json given = give(n, ++visits[n], inputs, g.nodes[n].outputs);
            const std::lock_guard lock(mutex);
            out.visits.push_back({n, inputs});
            return given;
          }));
  }
  for (const int t : nodes) {
    for (std::size_t i = 0; i < g.nodes[t].inputs.size(); ++i) {
      for (const auto& [from, output] : g.nodes[t].inputs[i].senders) {
        p.connect(fmt::format("{}.o{}", name_of(from), output), fmt::format("{}.i{}", name_of(t), i));
      }
    }
  }
  stook::run_inputs inputs;
  for (const auto& [n, i] : g.given) inputs.set(fmt::format("{}.i{}", name_of(n), i), json(1000 + n));
  try {
    out.end = stook::dump_json(p.run(inputs, options).to_json());
  } catch (const stook::error& e) {
    out.end = e.code();
  }
  return out;
}

random_graph make_graph(std::mt19937& random, bool loops) {
  const auto pick = [&](int most) { return static_cast<int>(random() % static_cast<unsigned>(most)); };
  random_graph g;
  const int n = 2 + pick(8);
  for (int i = 0; i < n; ++i) g.nodes.push_back({{}, 1 + pick(2)});
  for (int t = 0; t < n; ++t) {
    const int inputs = 1 + pick(3);
    for (int i = 0; i < inputs; ++i) {
      random_input in{
          pick(3) == 0 ? joining::lazy : (loops && pick(2) == 0 ? joining::greedy : joining::none),
          pick(3) != 0,
          {}};
      const int senders = in.kind == joining::none ? pick(2) : pick(4);
      for (int s = 0; s < senders; ++s) {
        const int from = loops ? pick(n) : (t == 0 ? t : pick(t));
        const std::pair<int, int> sender{from, pick(g.nodes[from].outputs)};
        const bool known =
            std::any_of(in.senders.begin(), in.senders.end(), [&](auto& x) { return x.first == from; });
        if (from != t && !known) in.senders.push_back(sender);
      }
      const bool free = in.senders.empty() || in.kind != joining::none;
      if ((in.senders.empty() && in.mandatory) || (free && pick(3) == 0)) g.given.emplace_back(t, i);
      g.nodes[t].inputs.push_back(std::move(in));
    }
  }
  return g;
}

std::vector<visit_record> by_component(std::vector<visit_record> visits) {
  std::stable_sort(visits.begin(), visits.end(), [](auto& a, auto& b) { return a.node < b.node; });
  return visits;
}

void check_graphs(bool loops, int count) {
  std::mt19937 random(loops ? 7 : 11);
  std::size_t calls = 0, ended = 0;
  for (int i = 0; i < count; ++i) {
    const random_graph g = make_graph(random, loops);
    const outcome expected = model(g).run();
    const outcome sequence = run_library(g, {}, static_cast<std::uint32_t>(i));
    REQUIRE(sequence.end == expected.end);
    REQUIRE((sequence.visits == expected.visits));
    const outcome parallel = run_library(g, {.parallel = 3}, static_cast<std::uint32_t>(i) + 1);
    REQUIRE(parallel.end == expected.end);
    REQUIRE((by_component(parallel.visits) == by_component(expected.visits)));
    calls += expected.visits.size();
    ended += expected.end[0] == '{';
  }
  CHECK(calls > static_cast<std::size_t>(count) * 2);
  CHECK(ended > static_cast<std::size_t>(count) / 4);
}

}  // namespace

TEST_CASE("random graphs without loops run as the model says, in sequence and in parallel") {
  check_graphs(false, 300);
}

TEST_CASE("random graphs with loops run as the model says, in sequence and in parallel") {
  check_graphs(true, 300);
}
