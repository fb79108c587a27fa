#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <stook/pipeline/pipeline.hpp>

/// Components for tests, of each kind of socket.
namespace desk {

struct document {
  std::string text;
  int score = 0;
};
STOOK_DESCRIBE(document, (text), (score, "", stook::defaulted))

struct search {
  struct in {
    std::string query;
    int top_k = 2;
  };
  struct out {
    std::vector<document> documents;
  };
  out run(in i) const {
    out o;
    for (int n = 0; n < i.top_k; ++n) o.documents.push_back({i.query + std::to_string(n), n});
    return o;
  }
};
STOOK_DESCRIBE(search::in, (query), (top_k, "Documents to return", stook::defaulted))
STOOK_DESCRIBE(search::out, (documents))

struct prompt {
  struct in {
    std::vector<document> documents;
    std::optional<std::string> note;
  };
  struct out {
    std::string text;
  };
  out run(in i) const {
    std::string all;
    for (const document& d : i.documents) all += d.text + ";";
    return {all + i.note.value_or("")};
  }
};
STOOK_DESCRIBE(prompt::in, (documents), (note))
STOOK_DESCRIBE(prompt::out, (text))

struct parity {
  struct out {
    std::optional<int> even, odd;
  };
  out run(int value) const {
    out o;
    (value % 2 == 0 ? o.even : o.odd) = value;
    return o;
  }
};
STOOK_DESCRIBE(parity::out, (even), (odd))

struct joined {
  stook::greedy<int> value;
};
STOOK_DESCRIBE(joined, (value))

struct summed {
  stook::variadic<int> values;
};
STOOK_DESCRIBE(summed, (values))

struct maybe_summed {
  stook::variadic<int> values;
};
STOOK_DESCRIBE(maybe_summed, (values, "Numbers, if there are any", stook::defaulted))

struct shared_in {
  std::shared_ptr<const std::vector<int>> numbers;
};
STOOK_DESCRIBE(shared_in, (numbers))

struct counter {
  int seen = 0;
  int run(int add) { return seen += add; }
  int save() const { return seen; }
  void load(int from) { seen = from; }
};

struct secret {
  int value = 0;
};

inline stook::run_inputs::entry with(std::string socket, int value) { return {std::move(socket), value}; }

// add -> joiner -> odd? -> add (again), even -> out
inline stook::pipeline halving_loop() {
  stook::pipeline p;
  auto join = p.add("join", [](joined j) { return *j.value; });
  p.add("parity", parity{});
  p.add("grow", [](int x) { return x + 1; });
  p.connect("join.value", "parity.value");
  p.connect("parity.odd", "grow.value");
  p.connect("grow.value", "join.value");
  return p;
}

}  // namespace desk
