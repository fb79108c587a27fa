#include <stook/pipeline/joiners.hpp>
#include <stook/pipeline/json_schema_validator.hpp>
#include <stook/pipeline/prompt_builder.hpp>
#include <stook/pipeline/registry.hpp>
#include <stook/pipeline/router.hpp>

namespace stook {

component_registry component_registry::standard() {
  component_registry r;
  r.add<conditional_router>("conditional_router");
  r.add<branch_joiner>("branch_joiner");
  r.add<list_joiner>("list_joiner");
  r.add<string_joiner>("string_joiner");
  r.add<output_adapter>("output_adapter");
  r.add<prompt_builder>("prompt_builder");
  r.add<chat_prompt_builder>("chat_prompt_builder");
  r.add<json_schema_validator>("json_schema_validator");
  r.add<message_text>("message_text");
  return r;
}

}  // namespace stook
