// From exec to the first tool call: a process that makes an agent, runs it until one tool was called, and
// exits.

#include <stook/stook.hpp>

namespace {

struct question {
  std::string q;
};
STOOK_DESCRIBE(question, (q, "What to look up"))

}  // namespace

int main() {
  int calls = 0;
  stook::tool lookup{"lookup", "Looks something up.", stook::reads, [&](question) {
                       ++calls;
                       return R"({"result":"a row of the table","score":0.97,"source":"table"})";
                     }};
  auto model = std::make_shared<stook::scripted_model>(std::vector<stook::chat_reply>{
      stook::scripted_model::calls("lookup", R"({"q":"checkout"})"), stook::scripted_model::says("found")});
  const stook::agent agent{
      {.name = "first", .instructions = "Look it up.", .model = model, .tools = {lookup}}};
  return agent.run("Find checkout.").ok() && calls == 1 ? 0 : 1;
}
