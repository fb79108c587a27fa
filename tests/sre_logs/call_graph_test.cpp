#include <oncall/causes/call_graph.hpp>

#include <doctest/doctest.h>

using stook::sre::call_edge;
using stook::sre::call_graph;
using name_set = std::set<std::string>;

TEST_CASE("callers and callees are found over several calls") {
  const std::vector<call_edge> edges{{"web", "pay"}, {"pay", "db"}, {"web", "auth"}};
  const call_graph graph(edges);
  CHECK(graph.callers_of("db") == name_set{"pay", "web"});
  CHECK(graph.callees_of("web") == name_set{"auth", "db", "pay"});
  CHECK(graph.callers_of("web").empty());
  CHECK(graph.knows("db"));
  CHECK_FALSE(graph.knows("queue"));
  CHECK_FALSE(graph.empty());
}

TEST_CASE("cycles and unknown services end") {
  const std::vector<call_edge> edges{{"a", "b"}, {"b", "a"}, {"b", "b"}};
  const call_graph graph(edges);
  CHECK(graph.callers_of("a") == name_set{"b"});
  CHECK(graph.callees_of("b") == name_set{"a"});
  CHECK(graph.callees_of("z").empty());
  CHECK(call_graph({}).empty());
}

TEST_CASE("direct callers are those that call it themselves") {
  const std::vector<call_edge> edges{{"web", "pay"}, {"pay", "db"}, {"job", "db"}};
  const call_graph graph{edges};
  CHECK(graph.direct_callers_of("db") == std::vector<std::string>{"pay", "job"});
  CHECK(graph.direct_callers_of("web").empty());
  CHECK(graph.direct_callers_of("nobody").empty());
}
