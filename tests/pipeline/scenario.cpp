#include "scenario.hpp"

#include <algorithm>
#include <fstream>
#include <memory>
#include <mutex>
#include <random>
#include <sstream>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <stook/core/error.hpp>
#include <stook/core/json.hpp>
#include <stook/pipeline/json_component.hpp>

namespace scenario {
namespace {

using boost::json::object;
using stook::json;

// ---- reading

const json* find(const json& in, std::string_view name) {
  const json* found = in.is_object() ? in.get_object().if_contains(name) : nullptr;
  return found && !found->is_null() ? found : nullptr;
}
std::string text(const json& in, std::string_view name) {
  const json* found = find(in, name);
  return found && found->is_string() ? std::string(found->get_string()) : std::string();
}
bool flag(const json& in, std::string_view name, bool otherwise) {
  const json* found = find(in, name);
  return found && found->is_bool() ? found->get_bool() : otherwise;
}

stook::input_socket read_input(const json& from) {
  std::string type = text(from, "type");
  bool lazy = flag(from, "lazy", false);
  bool greedy = flag(from, "greedy", false);
  for (const auto& [wrapper, is_greedy] : {std::pair{"GreedyVariadic[", true}, {"Variadic[", false}}) {
    if (!type.starts_with(wrapper)) continue;
    type = type.substr(std::string_view(wrapper).size());
    type.pop_back();
    (is_greedy ? greedy : lazy) = true;
  }
  const bool wrap = flag(from, "wrap", true);
  stook::input_socket s{.name = text(from, "name"), .type = stook::socket_type::parse(type)};
  s.mandatory = flag(from, "mandatory", !from.get_object().contains("default"));
  if (lazy) s.joining = wrap ? stook::joining::lazy : stook::joining::concat;
  if (greedy) s.joining = stook::joining::greedy;
  s.listed = wrap;
  if (!s.mandatory) {
    const json* value = from.get_object().if_contains("default");
    s.default_value = stook::any_value::of(value ? *value : json(nullptr));
  }
  return s;
}

recorded_run read_run(const json& from) {
  recorded_run r{.inputs = object{}, .error = text(from, "error")};
  if (const json* inputs = find(from, "inputs")) r.inputs = *inputs;
  if (const json* include = find(from, "include")) {
    for (const json& name : include->as_array()) r.include.emplace_back(name.as_string());
  }
  if (const json* out = find(from, "out")) r.out = *out;
  const json* calls = find(from, "calls");
  if (!calls) return r;
  for (const json& call : calls->as_array()) {
    recorded_call c{.component = text(call, "c"), .inputs = call.at("i"), .outputs = call.at("o")};
    c.visit = 1 + static_cast<unsigned>(std::count_if(r.calls.begin(), r.calls.end(), [&](auto& earlier) {
                return earlier.component == c.component;
              }));
    r.calls.push_back(std::move(c));
  }
  return r;
}

recorded read_scenario(const json& from) {
  recorded s{.name = text(from, "name"), .raises = text(from, "raises")};
  if (const json* most = find(from, "max_runs")) s.max_runs = most->to_number<unsigned>();
  for (const json& run : from.at("runs").as_array()) s.runs.push_back(read_run(run));
  for (const auto& [name, sockets] : from.at("components").as_object()) {
    recorded::component c{.name = name};
    for (const json& in : sockets.at("inputs").as_array()) c.sockets.inputs.push_back(read_input(in));
    for (const json& out : sockets.at("outputs").as_array()) {
      c.sockets.outputs.push_back({text(out, "name"), stook::socket_type::parse(text(out, "type"))});
    }
    // The reference lets a component return what it did not declare.
    for (const recorded_run& r : s.runs) {
      for (const recorded_call& call : r.calls) {
        if (call.component != c.name || !call.outputs.is_object()) continue;
        for (const auto& [key, value] : call.outputs.get_object()) {
          const bool known = std::any_of(c.sockets.outputs.begin(), c.sockets.outputs.end(),
                                         [&](auto& o) { return o.name == key; });
          if (!known) c.sockets.outputs.push_back({key, {}});
        }
      }
    }
    s.components.push_back(std::move(c));
  }
  for (const json& c : from.at("connections").as_array()) {
    s.connections.push_back({text(c, "sender"), text(c, "receiver")});
  }
  return s;
}

// ---- replaying

// What is shared by the scripted components of one run.
struct script {
  explicit script(const recorded_run& r) : run(r) {}

  const recorded_run& run;
  std::mutex mutex{};
  std::vector<std::pair<std::string, unsigned>> log{};
};

class scripted {
 public:
  scripted(std::string name, stook::sockets declared, std::shared_ptr<script> s)
      : visits_(std::make_shared<unsigned>(0)),
        inner_(std::move(declared), [name = std::move(name), s = std::move(s), visits = visits_](
                                        const json& in) { return play(name, *s, ++*visits, in); }) {}

  stook::sockets declare() const { return inner_.declare(); }
  void run(const stook::socket_values& in, stook::socket_results& out) const { inner_.run(in, out); }
  unsigned save() const { return *visits_; }
  void load(unsigned visits) { *visits_ = visits; }

 private:
  static json play(const std::string& name, script& s, unsigned visit, const json& in) {
    const auto call = std::find_if(s.run.calls.begin(), s.run.calls.end(), [&](const recorded_call& c) {
      return c.component == name && c.visit == visit;
    });
    if (call == s.run.calls.end()) {
      throw stook::error("script", fmt::format("visit {} of {} was not recorded", visit, name));
    }
    if (call->inputs != in) {
      throw stook::error("script", fmt::format("visit {} of {}: expected {}, got {}", visit, name,
                                               stook::dump_json(call->inputs), stook::dump_json(in)));
    }
    const std::lock_guard lock(s.mutex);
    s.log.emplace_back(name, visit);
    return call->outputs;
  }

  std::shared_ptr<unsigned> visits_;
  stook::json_component inner_;
};

// The first text of an opaque chat message, whose content is a list of parts.
std::string text_of_message(const stook::any_value& value) {
  const json* message = value.get_if<json>();
  const json* body = message ? find(*message, "$ChatMessage") : nullptr;
  const json* content = body ? find(*body, "content") : nullptr;
  if (content && content->is_array()) {
    for (const json& part : content->get_array()) {
      if (const json* t = find(part, "text"); t && t->is_string()) return std::string(t->get_string());
    }
  }
  throw stook::error("conversion_failed", "the message has no text");
}

stook::any_value message_of_text(std::string text) {
  object part{{"text", text}};
  object body{{"role", "user"}, {"meta", object{}}, {"name", nullptr}, {"content", boost::json::array{part}}};
  return stook::any_value::of(json(object{{"$ChatMessage", body}}));
}

stook::pipeline build(const recorded& s, const std::shared_ptr<script>& shared) {
  stook::pipeline_options options{.max_runs = s.max_runs};
  options.text_types = {{stook::socket_type::parse("ChatMessage"), text_of_message, message_of_text}};
  stook::pipeline p(options);
  for (const recorded::component& c : s.components) p.add(c.name, scripted(c.name, c.sockets, shared));
  for (const recorded::connection& c : s.connections) p.connect(c.from, c.to);
  return p;
}

bool is_nested(const json& inputs) {
  const object& all = inputs.as_object();
  return std::all_of(all.begin(), all.end(), [](const auto& member) {
    return member.value().is_object() && !(member.value().get_object().size() == 1 &&
                                           member.value().get_object().begin()->key().starts_with("$"));
  });
}

stook::run_inputs inputs_of(const recorded& s, const json& given) {
  stook::run_inputs out;
  if (is_nested(given)) {
    for (const auto& [component, sockets] : given.as_object()) {
      for (const auto& [socket, value] : sockets.as_object()) {
        out.set(fmt::format("{}.{}", std::string_view(component), std::string_view(socket)), json(value));
      }
    }
    return out;
  }
  for (const auto& [name, value] : given.as_object()) {
    const bool wanted = std::any_of(s.components.begin(), s.components.end(), [&](auto& c) {
      return std::any_of(c.sockets.inputs.begin(), c.sockets.inputs.end(),
                         [&](auto& i) { return i.name == name; });
    });
    if (wanted) out.set_everywhere(name, json(value));  // the reference only warns of others
  }
  return out;
}

// True if one of our error codes means what the reference's kind of error means.
bool same_kind(std::string_view kind, const std::string& code) {
  const auto is_one_of = [&](std::initializer_list<std::string_view> codes) {
    return std::find(codes.begin(), codes.end(), code) != codes.end();
  };
  if (kind == "PipelineMaxComponentRuns") return code == "max_runs";
  if (kind == "PipelineComponentsBlockedError") return code == "pipeline_blocked";
  if (kind == "PipelineRuntimeError") {
    return is_one_of({"component_output", "component_failed", "conversion_failed", "pipeline_blocked"});
  }
  if (kind == "PipelineConnectError") return code.starts_with("connect_") || code.starts_with("unknown_");
  if (kind == "ValueError") {
    return is_one_of({"input_missing", "input_taken", "input_type", "unknown_socket", "unknown_component"});
  }
  return false;
}

std::string compare_error(const recorded& s, const recorded_run& r, const stook::error& e) {
  if (r.error.empty() && s.raises.empty()) return fmt::format("failed: {}", e.what());
  const std::string kind = r.error.empty() ? s.raises : r.error.substr(0, r.error.find(':'));
  if (!same_kind(kind, e.code())) return fmt::format("expected {}, got {}: {}", kind, e.code(), e.what());
  const auto quote = r.error.find('\'');
  if (quote == std::string::npos) return {};
  const std::string name = r.error.substr(quote, r.error.find('\'', quote + 1) - quote + 1);
  if (std::string_view(e.what()).find(name) != std::string_view::npos) return {};
  return fmt::format("expected an error that names {}, got: {}", name, e.what());
}

std::string compare_log(const recorded_run& r, std::vector<std::pair<std::string, unsigned>> log,
                        bool ordered) {
  std::vector<std::pair<std::string, unsigned>> expected;
  for (const recorded_call& c : r.calls) expected.emplace_back(c.component, c.visit);
  if (!ordered) {
    std::sort(log.begin(), log.end());
    std::sort(expected.begin(), expected.end());
  }
  if (log == expected) return {};
  std::string text = "calls differ; got:";
  for (const auto& [name, visit] : log) text += fmt::format(" {}#{}", name, visit);
  return text;
}

std::string compare_result(const recorded& s, const recorded_run& r, const stook::pipeline_result& result) {
  if (!r.error.empty() || (r.out.is_null() && !s.raises.empty())) return "expected an error: " + r.error;
  const json out = result.to_json();
  if (out == r.out) return {};
  return fmt::format("expected {}, got {}", stook::dump_json(r.out), stook::dump_json(out));
}

std::string replay(const recorded& s, const recorded_run& r, stook::pipeline_run_options options) {
  const auto shared = std::make_shared<script>(r);
  options.include_outputs_from = r.include;
  std::string wrong;
  try {
    const stook::pipeline p = build(s, shared);
    wrong = compare_result(s, r, p.run(inputs_of(s, r.inputs), options));
  } catch (const stook::error& e) {
    wrong = compare_error(s, r, e);
  }
  return wrong.empty() ? compare_log(r, shared->log, options.parallel == 1) : wrong;
}

std::string resume_at(const recorded& s, const recorded_run& r, const stook::component_visit& point) {
  const auto before = std::make_shared<script>(r);
  stook::pipeline_run_options options{.include_outputs_from = r.include, .pause_before = point};
  const stook::pipeline_result paused = build(s, before).run(inputs_of(s, r.inputs), options);
  if (paused.status() != stook::pipeline_status::paused) return "did not pause";
  const std::string text = stook::dump_json(paused.snapshot());

  const auto after = std::make_shared<script>(r);
  std::string wrong;
  try {
    stook::pipeline_run run = build(s, after).resume(stook::parse_json(text));
    while (run.advance()) continue;
    wrong = compare_result(s, r, run.result());
  } catch (const stook::error& e) {
    wrong = compare_error(s, r, e);
  }
  if (!wrong.empty()) return wrong;
  auto log = before->log;
  log.insert(log.end(), after->log.begin(), after->log.end());
  return compare_log(r, log, true);
}

}  // namespace

std::vector<recorded> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw stook::error("file", "cannot read " + path);
  std::stringstream content;
  content << file.rdbuf();
  const json all = stook::parse_json(content.str(), {.depth = 256, .bytes = 256 * 1024 * 1024});
  std::vector<recorded> out;
  for (const json& s : all.as_array()) out.push_back(read_scenario(s));
  return out;
}

std::string replay_in_sequence(const recorded& s, const recorded_run& r) { return replay(s, r, {}); }

std::string replay_in_parallel(const recorded& s, const recorded_run& r, unsigned parallel) {
  return replay(s, r, {.parallel = parallel});
}

std::string replay_resumed(const recorded& s, const recorded_run& r, std::size_t& points) {
  for (const recorded_call& c : r.calls) {
    const std::string wrong = resume_at(s, r, {c.component, c.visit});
    if (!wrong.empty()) return fmt::format("resumed before {}#{}: {}", c.component, c.visit, wrong);
    ++points;
  }
  return {};
}

std::string replay_shuffled(const recorded& s, const recorded_run& r, std::uint32_t seed) {
  recorded shuffled = s;
  std::mt19937 random(seed);
  std::shuffle(shuffled.components.begin(), shuffled.components.end(), random);
  std::shuffle(shuffled.connections.begin(), shuffled.connections.end(), random);
  return replay_in_sequence(shuffled, r);
}

}  // namespace scenario
