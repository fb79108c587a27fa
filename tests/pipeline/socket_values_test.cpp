#include <stook/pipeline/socket_values.hpp>

#include <doctest/doctest.h>

#include <stook/pipeline/pipeline.hpp>

#include "errors.hpp"

namespace {

// Declares an input and an output, and does with them what it is told.
struct probe {
  std::function<void(const stook::socket_values&, stook::socket_results&)> act;

  stook::sockets declare() const { return {{{.name = "x", .mandatory = false}}, {{"y"}}}; }
  void run(const stook::socket_values& in, stook::socket_results& out) const { act(in, out); }
};

std::string code_in(std::function<void(const stook::socket_values&, stook::socket_results&)> act) {
  stook::pipeline p;
  p.add("probe", probe{std::move(act)});
  return code_of([&] { p.run(stook::run_inputs().set("probe.x", 5)); });
}

}  // namespace

TEST_CASE("sockets are read and written by the names that were declared") {
  CHECK(code_in([](const stook::socket_values& in, stook::socket_results& out) {
          CHECK(in.as<int>("x") == 5);
          CHECK(in.all("x").size() == 1);
          out.set("y", in.at("x"));
        }) == "none");
  CHECK(code_in([](const stook::socket_values& in, stook::socket_results&) { in.at("z"); }) ==
        "unknown_socket");
  CHECK(code_in([](const stook::socket_values& in, stook::socket_results&) { in.as<bool>("x"); }) ==
        "socket_type");
  CHECK(code_in([](const stook::socket_values&, stook::socket_results& out) { out.set("z", {}); }) ==
        "unknown_socket");
}
