#include <sstream>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <yaml-cpp/anchor.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <stook/core/error.hpp>
#include <stook/core/json.hpp>
#include <stook/pipeline/registry.hpp>

namespace stook {
namespace {

constexpr std::size_t longest_file = 1024 * 1024;
constexpr std::size_t deepest_file = 64;

[[noreturn]] void refuse_text(const std::string& why) {
  throw error("pipeline_file", "cannot read this YAML: " + why);
}

void emit(YAML::Emitter& out, const json& value) {
  if (value.is_object()) {
    out << YAML::BeginMap;
    for (const auto& [name, member] : value.get_object()) {
      out << YAML::Key << std::string(name) << YAML::Value;
      emit(out, member);
    }
    out << YAML::EndMap;
  } else if (value.is_array()) {
    out << YAML::BeginSeq;
    for (const json& element : value.get_array()) emit(out, element);
    out << YAML::EndSeq;
  } else if (value.is_string()) {  // always quoted, so that "true" and "1" stay texts
    out << YAML::DoubleQuoted << std::string(value.get_string());
  } else {
    out << dump_json(value);
  }
}

// A plain scalar is what JSON says it is; what JSON refuses is a text.
json scalar(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  if (node.Tag() == "!") return json(text);  // it was quoted
  if (text.empty() || text == "~") return nullptr;
  try {
    return parse_json(text);
  } catch (const error&) {
    return json(text);
  }
}

json read_node(const YAML::Node& node, std::size_t depth) {
  if (depth > deepest_file) refuse_text(fmt::format("it is nested deeper than {}", deepest_file));
  if (node.Tag() != "?" && node.Tag() != "!" && !node.Tag().empty()) {
    refuse_text(fmt::format("line {} has the tag {}", node.Mark().line + 1, node.Tag()));
  }
  switch (node.Type()) {
    case YAML::NodeType::Scalar:
      return scalar(node);
    case YAML::NodeType::Sequence: {
      boost::json::array all;
      for (const YAML::Node& element : node) all.push_back(read_node(element, depth + 1));
      return all;
    }
    case YAML::NodeType::Map: {
      boost::json::object all;
      for (const auto& member : node) {
        if (!member.first.IsScalar())
          refuse_text(fmt::format("line {} has a key that is no text", node.Mark().line + 1));
        if (!all.emplace(member.first.Scalar(), read_node(member.second, depth + 1)).second) {
          refuse_text(fmt::format("'{}' stands twice", member.first.Scalar()));
        }
      }
      return all;
    }
    default:
      return nullptr;
  }
}

// Refuses aliases before they are followed: a short text of them can stand for an endless document.
class no_aliases final : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& at, YAML::anchor_t anchor) override { check(at, anchor); }
  void OnAlias(const YAML::Mark& at, YAML::anchor_t) override { check(at, 1); }
  void OnScalar(const YAML::Mark& at, const std::string&, YAML::anchor_t anchor,
                const std::string&) override {
    check(at, anchor);
  }
  void OnSequenceStart(const YAML::Mark& at, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    check(at, anchor);
  }
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark& at, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    check(at, anchor);
  }
  void OnMapEnd() override {}

 private:
  static void check(const YAML::Mark& at, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor)
      refuse_text(fmt::format("line {} has an anchor or an alias", at.line + 1));
  }
};

}  // namespace

std::string component_registry::write_yaml(const pipeline& p) const {
  YAML::Emitter out;
  emit(out, write(p));
  return std::string(out.c_str()) + '\n';
}

pipeline component_registry::read_yaml(std::string_view text, pipeline_options options) const {
  if (text.size() > longest_file) refuse_text(fmt::format("it is longer than {} bytes", longest_file));
  if (!is_valid_utf8(text)) refuse_text("it is no valid UTF-8");
  json file;
  try {
    std::istringstream events{std::string(text)};
    YAML::Parser parser(events);
    no_aliases handler;
    parser.HandleNextDocument(handler);
    file = read_node(YAML::Load(std::string(text)), 0);
  } catch (const YAML::Exception& why) {
    refuse_text(why.what());
  }
  return read(file, std::move(options));
}

}  // namespace stook
