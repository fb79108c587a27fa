#include <boost/json/value.hpp>

#include <oncall/team/rules.hpp>

namespace stook::sre {

std::shared_ptr<chat_model> writer_rules() {
  using view = const conversation_view&;
  return std::make_shared<rule_model>(
      "writer rules",
      std::vector<rule>{
          {"draft", [](view v) { return v.calls_of("draft_postmortem") == 0; },
           [](view) {
             return message::assistant("",
                                       {tool_call{.id = {}, .name = "draft_postmortem", .arguments = "{}"}});
           }},
          {"say why not", [](view) { return true; },
           [](view v) { return message::assistant("The draft was refused: " + v.last().text()); }}});
}

}  // namespace stook::sre
