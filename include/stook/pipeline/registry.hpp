#pragma once

#include <concepts>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include <stook/core/codec.hpp>
#include <stook/core/fwd.hpp>
#include <stook/pipeline/pipeline.hpp>

namespace stook {

/// Writes pipelines to files and reads them back. Only component types that were added are written or read,
/// so a file can make nothing that the program did not allow.
///
///     auto types = stook::component_registry::standard();
///     types.add<retriever>("retriever");
///     std::string file = types.write_yaml(p);
///     stook::pipeline same = types.read_yaml(file);
///
/// A described struct is written by its fields; one that is not described has none and is made by its default
/// constructor. Reading what was written and writing it again gives the same text. Thread-safe to read.
class component_registry {
 public:
  /// Empty.
  component_registry() = default;
  /// With the parts of this library that need no C++ type: conditional_router, branch_joiner, list_joiner,
  /// string_joiner, output_adapter, prompt_builder, chat_prompt_builder, json_schema_validator,
  /// message_text.
  static component_registry standard();

  /// Throws `error` with code component_type if the name is taken.
  template <typename C>
    requires std::default_initializable<C>
  component_registry& add(std::string type) {
    return add(std::move(type), detail::type_name<C>(), [](std::string name, const json& parameters) {
      if constexpr (described_component<C>) {
        return component(std::move(name), from_json<C>(parameters));
      } else {
        return component(std::move(name), C{});
      }
    });
  }

  /// `{"version", "max_runs", "check_types", "components": {name: {"type", "parameters"}}, "connections":
  /// [{"sender", "receiver"}]}`. Throws `error` with code component_type for a component whose type was not
  /// added.
  json write(const pipeline& p) const;
  /// Throws `error` with code pipeline_file for another shape or version, component_type for an unknown type,
  /// and what `pipeline::add` and `connect` throw. The limit of runs comes from the file.
  pipeline read(const json& file, pipeline_options options = {}) const;

  /// The same as YAML. Reads one document of at most 1 MiB, without tags, anchors and aliases.
  std::string write_yaml(const pipeline& p) const;
  pipeline read_yaml(std::string_view text, pipeline_options options = {}) const;

 private:
  template <typename C>
  static constexpr bool described_component = detail::described_struct<C>;
  using maker = std::function<component(std::string name, const json& parameters)>;
  component_registry& add(std::string type, std::string_view cpp_type, maker make);

  struct entry {
    std::string_view cpp_type;
    maker make;
  };
  std::map<std::string, entry, std::less<>> types_;
};

}  // namespace stook
