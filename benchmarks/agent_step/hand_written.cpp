// What somebody writes who has no library: typed messages, a map of tools, arguments parsed and looked at.

#include <functional>
#include <map>
#include <stdexcept>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "workload.hpp"

namespace agent_step {
namespace {

struct call {
  std::string id, name, arguments;
};
struct hand_message {
  enum { system, user, assistant, tool } role;
  std::string text;
  std::vector<call> calls;
  std::string call_id;
};

// The model: replies that were written before, each copied when it is asked for.
hand_message answer(const std::vector<hand_message>& conversation, int steps) {
  static std::vector<hand_message> script;
  for (int step = static_cast<int>(script.size()); step < steps; ++step) {
    script.push_back({hand_message::assistant, "", {{id_of(step), "add", arguments_of(step)}}, {}});
  }
  const auto done = (conversation.size() - 2) / 2;
  if (done == static_cast<std::size_t>(steps)) return {hand_message::assistant, final_text, {}, {}};
  return script[done];
}

}  // namespace

std::int64_t hand_written_loop(int steps) {
  static const std::map<std::string, std::function<std::string(const std::string&)>> tools{
      {"add", [](const std::string& arguments) {
         const boost::json::value v = boost::json::parse(arguments);
         return std::to_string(v.at("a").as_int64() + v.at("b").as_int64());
       }}};
  std::vector<hand_message> conversation{{hand_message::system, system_prompt, {}, {}},
                                         {hand_message::user, user_prompt, {}, {}}};
  std::int64_t sum = 0;
  for (;;) {
    conversation.push_back(answer(conversation, steps));
    if (conversation.back().calls.empty()) return sum;
    const std::vector<call> calls = conversation.back().calls;
    for (const call& c : calls) {
      std::string result = tools.at(c.name)(c.arguments);
      sum += std::stoll(result);
      conversation.push_back({hand_message::tool, std::move(result), {}, c.id});
    }
  }
}

}  // namespace agent_step
