#include <stook/pipeline/registry.hpp>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <stook/core/error.hpp>
#include <stook/core/json.hpp>

namespace stook {
namespace {

constexpr int file_version = 1;

[[noreturn]] void refuse(const std::string& why) {
  throw error("pipeline_file", "cannot read this pipeline: " + why);
}

const json* member(const boost::json::object& in, std::string_view name) { return in.if_contains(name); }

const boost::json::object& object_at(const json& value, std::string_view what) {
  if (!value.is_object()) refuse(fmt::format("{} is no object", what));
  return value.get_object();
}

std::string text_at(const boost::json::object& in, std::string_view name, std::string_view what) {
  const json* found = member(in, name);
  if (!found || !found->is_string()) refuse(fmt::format("{} has no text '{}'", what, name));
  return std::string(found->get_string());
}

void refuse_others(const boost::json::object& in, std::initializer_list<std::string_view> known,
                   std::string_view what) {
  for (const auto& [name, value] : in) {
    if (std::find(known.begin(), known.end(), std::string_view(name)) == known.end()) {
      refuse(fmt::format("{} has an unknown member '{}'", what, std::string_view(name)));
    }
  }
}

}  // namespace

component_registry& component_registry::add(std::string type, std::string_view cpp_type, maker make) {
  const std::string name = type;
  if (!types_.emplace(std::move(type), entry{cpp_type, std::move(make)}).second) {
    throw error("component_type", fmt::format("the component type '{}' was added already", name));
  }
  return *this;
}

json component_registry::write(const pipeline& p) const {
  boost::json::object components;
  for (const component& c : p.components()) {
    const auto known = std::find_if(types_.begin(), types_.end(),
                                    [&](const auto& t) { return t.second.cpp_type == c.body().cpp_type; });
    if (known == types_.end()) {
      throw error("component_type",
                  fmt::format("component '{}' is a {}, which has no name in the registry: add "
                              "it with component_registry::add",
                              c.name(), c.body().cpp_type));
    }
    boost::json::object made{{"type", known->first}};
    const std::string parameters = c.body().parameters();
    if (!parameters.empty()) made.emplace("parameters", parse_json(parameters));
    components.emplace(c.name(), std::move(made));
  }
  boost::json::array connections;
  for (const pipeline::connection& c : p.connections()) {
    connections.push_back(boost::json::object{{"sender", c.sender}, {"receiver", c.receiver}});
  }
  return boost::json::object{{"version", file_version},
                             {"max_runs", static_cast<std::int64_t>(p.options().max_runs)},
                             {"check_types", p.options().check_types},
                             {"components", std::move(components)},
                             {"connections", std::move(connections)}};
}

pipeline component_registry::read(const json& file, pipeline_options options) const {
  const boost::json::object& all = object_at(file, "the whole");
  refuse_others(all, {"version", "max_runs", "check_types", "components", "connections"}, "the whole");
  const json* version = member(all, "version");
  if (!version || !version->is_int64() || version->get_int64() != file_version) {
    refuse(fmt::format("expected version {}", file_version));
  }
  if (const json* most = member(all, "max_runs")) {
    if (!most->is_int64() || most->get_int64() < 1 || most->get_int64() > 1'000'000) {
      refuse("'max_runs' is no number from 1 to 1000000");
    }
    options.max_runs = static_cast<unsigned>(most->get_int64());
  }
  if (const json* check = member(all, "check_types")) {
    if (!check->is_bool()) refuse("'check_types' is no bool");
    options.check_types = check->get_bool();
  }

  pipeline p(std::move(options));
  const json* components = member(all, "components");
  if (!components) refuse("'components' is missing");
  for (const auto& [name, made] : object_at(*components, "'components'")) {
    const std::string what = fmt::format("component '{}'", std::string_view(name));
    const boost::json::object& parts = object_at(made, what);
    refuse_others(parts, {"type", "parameters"}, what);
    const std::string type = text_at(parts, "type", what);
    const auto known = types_.find(type);
    if (known == types_.end()) {
      throw error("component_type", fmt::format("{}: the type '{}' is not known here", what, type));
    }
    const json* parameters = member(parts, "parameters");
    try {
      p.add(known->second.make(name, parameters ? *parameters : json(boost::json::object{})));
    } catch (const error& why) {
      throw error(why.code(), fmt::format("{}: {}", what, why.what()));
    }
  }
  const json* connections = member(all, "connections");
  if (!connections) return p;
  if (!connections->is_array()) refuse("'connections' is no list");
  for (const json& c : connections->get_array()) {
    const boost::json::object& ends = object_at(c, "a connection");
    refuse_others(ends, {"sender", "receiver"}, "a connection");
    p.connect(text_at(ends, "sender", "a connection"), text_at(ends, "receiver", "a connection"));
  }
  return p;
}

}  // namespace stook
