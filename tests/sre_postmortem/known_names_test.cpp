#include <oncall/postmortem/known_names.hpp>

#include <doctest/doctest.h>
#include <boost/json/value.hpp>

using namespace stook;
using namespace stook::sre;

namespace {

cited_values holding(json result) {
  evidence_item item;
  item.result = std::move(result);
  cited_values out;
  out.add(item);
  return out;
}

/// Logs of two services, with a name of each sort that has one.
log_table small_day() {
  log_table out;
  const auto add = [&](const char* service, const char* kind, const char* region, const char* endpoint) {
    out.service.push_back(service);
    out.error_kind.push_back(kind);
    out.region.push_back(region);
    out.endpoint.push_back(endpoint);
  };
  add("db-proxy", "PoolTimeout", "north", "/orders");
  add("checkout", "Failure", "eu-west", "/orders/list");
  out.extra = {{"version", {}}};
  out.extra.front().values.push_back("v2.3-rc");
  out.extra.front().values.push_back("canary");
  return out;
}

}  // namespace

TEST_CASE("a sentence may name only what its evidence does") {
  const log_table logs = small_day();
  const known_names names(logs, {}, {});
  const cited_values nothing = holding({{"count", 3}});
  CHECK(names.unsupported("db-proxy ran out", nothing) == "the service db-proxy");
  CHECK(names.unsupported("It was all PoolTimeout.", nothing) == "the kind PoolTimeout");
  CHECK(names.unsupported("only in eu-west", nothing) == "the region eu-west");
  CHECK(names.unsupported("POST /orders failed", nothing) == "the endpoint /orders");
  CHECK(names.unsupported("since v2.3-rc", nothing) == "the version v2.3-rc");
  const cited_values all =
      holding({{"rows", {"db-proxy", "PoolTimeout", "eu-west", "/orders/list", "v2.3-rc"}}});
  CHECK_FALSE(names.unsupported("db-proxy logged PoolTimeout in eu-west at /orders/list since v2.3-rc", all));
}

TEST_CASE("a name that is an ordinary word counts beside what it is") {
  const log_table logs = small_day();
  const known_names names(logs, {}, {});
  const cited_values nothing = holding({{"count", 3}});
  CHECK_FALSE(names.unsupported("Failure came from north of the canary at checkout", nothing));
  CHECK(names.unsupported("only the north region", nothing) == "the region north");
  CHECK(names.unsupported("the service checkout failed", nothing) == "the service checkout");
  CHECK(names.unsupported("version canary is bad", nothing) == "the version canary");
  CHECK_FALSE(names.unsupported("only the north region", holding({{"region", "north"}})));
}

TEST_CASE("a name that is a number counts beside what it is, and not where something else is counted") {
  log_table logs;
  logs.error_kind.push_back("504");
  logs.extra = {{"version", {}}};
  logs.extra.front().values.push_back("1.2");
  const known_names names(logs, {}, {});
  const cited_values nothing = holding({{"count", 3}});
  CHECK_FALSE(names.unsupported("latency up to 504 ms, 1.2 times the usual", nothing));
  CHECK(names.unsupported("errors of kind 504", nothing) == "the kind 504");
  CHECK(names.unsupported("since version 1.2", nothing) == "the version 1.2");
}
