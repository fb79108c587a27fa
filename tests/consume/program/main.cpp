// A user's program, to prove that the package and the source tree can be used from outside.
#include <cstdio>

#include <stook/stook.hpp>

struct addends {
  int a = 0, b = 0;
};
STOOK_DESCRIBE(addends, (a, "First"), (b, "Second"))

int main() {
  const stook::tool add{"add", "Adds two numbers.", stook::pure, [](addends n) { return n.a + n.b; }};
  const auto model = std::make_shared<stook::scripted_model>(std::vector{
      stook::scripted_model::calls("add", R"({"a":2,"b":3})"), stook::scripted_model::says("It is 5.")});
  const stook::agent adder{{.name = "adder", .instructions = "Add.", .model = model, .tools = {add}}};
  const stook::answer a = adder.run("What is 2 + 3?");
  std::puts(a.text.c_str());
  return a.ok() && a.transcript.size() == 5 && a.transcript[3].text() == "5" ? 0 : 1;
}
