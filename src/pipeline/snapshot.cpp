#include <utility>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <pipeline/message_form.hpp>
#include <pipeline/run_core.hpp>

#include <stook/core/codec.hpp>
#include <stook/core/error.hpp>
#include <stook/core/json.hpp>

namespace stook::detail {
namespace {

constexpr int snapshot_version = 1;

[[noreturn]] void refuse_snapshot(const std::string& why) {
  throw error({"snapshot", "cannot resume from this snapshot: " + why,
               "resume it with the pipeline that wrote it, or with one that has the same components"});
}

// Types that have no name of their own in a pipeline: values at sockets that take anything.
struct plain_type {
  std::string_view name;
  type_ref type;
};
constexpr plain_type plain_types[] = {
    {"bool", &type_of<bool>},           {"int", &type_of<int>},
    {"int64", &type_of<std::int64_t>},  {"uint64", &type_of<std::uint64_t>},
    {"double", &type_of<double>},       {"string", &type_of<std::string>},
    {"json", &type_of<json>},           {"strings", &type_of<std::vector<std::string>>},
    {"timestamp", &type_of<timestamp>}, {"nothing", &type_of<std::monostate>}};

const json& member(const json& object, std::string_view name) {
  const json* found = object.is_object() ? object.get_object().if_contains(name) : nullptr;
  if (!found) refuse_snapshot(fmt::format("'{}' is missing", name));
  return *found;
}

const boost::json::object& object_at(const json& in, std::string_view name) {
  const json& found = member(in, name);
  if (!found.is_object()) refuse_snapshot(fmt::format("'{}' is no object", name));
  return found.get_object();
}

std::string text_in(const json& value, std::string_view what) {
  if (!value.is_string()) refuse_snapshot(fmt::format("{} is no text", what));
  return std::string(value.get_string());
}

}  // namespace

class snapshot_writer {
 public:
  explicit snapshot_writer(const run_core& run) : steps_(run.steps), plan_(run.steps.layout()) {}

  json write() const {
    if (steps_.steps_out() > 0) refuse_snapshot("components are running; pause the run first");
    boost::json::object visits, inbox, joined, states, outputs;
    boost::json::array queue;
    for (std::uint32_t n = 0; n < plan_.nodes.size(); ++n) {
      const plan::node& node = plan_.nodes[n];
      visits.emplace(node.name, static_cast<std::int64_t>(steps_.visits(n)));
      if (node.body->has_state()) states.emplace(node.name, parse_own(node.body->save()));
      for (std::uint32_t i = node.first_input; i < node.end_input; ++i) {
        boost::json::array waiting = slot_at(i);
        if (!waiting.empty()) inbox.emplace(plan_.input_name(i), std::move(waiting));
        if (steps_.slots_[i].joining != plan_.inputs[i].joining) joined.emplace(plan_.input_name(i), true);
      }
      for (std::uint32_t o = node.first_output; o < node.end_output; ++o) {
        const any_value& value = steps_.outputs()[o];
        if (value.has_value())
          outputs.emplace(plan_.output_name(o), stored(value, plan_.outputs[o].socket->type));
      }
    }
    for (std::size_t i = steps_.queue_at_; i < steps_.queue_end_; ++i) {
      queue.emplace_back(plan_.nodes[steps_.queue_[i]].name);
    }
    boost::json::object all;
    all.emplace("version", snapshot_version);
    all.emplace("started", steps_.started_);
    all.emplace("visits", std::move(visits));
    all.emplace("inputs", std::move(inbox));
    all.emplace("joined", std::move(joined));
    all.emplace("queue", std::move(queue));
    all.emplace("outputs", std::move(outputs));
    all.emplace("include_outputs_from", included());
    all.emplace("components", std::move(states));
    return all;
  }

 private:
  boost::json::array included() const {
    boost::json::array names;
    for (std::uint32_t n = 0; n < plan_.nodes.size(); ++n) {
      if (steps_.nodes_[n].included) names.emplace_back(plan_.nodes[n].name);
    }
    return names;
  }

  boost::json::array slot_at(std::uint32_t i) const {
    const slot& s = steps_.slots_[i];
    boost::json::array waiting;
    if (!collects(s.joining)) {
      if (s.full) waiting.push_back(delivered(s.from, s.only, i));
      return waiting;
    }
    const collection& c = steps_.collected(i);
    std::size_t at = 0;
    for (const sender from : c.from) {
      const bool has_value = collection::has_value(from);
      waiting.push_back(delivered(collection::whose(from), has_value ? c.values[at++] : any_value{}, i));
    }
    return waiting;
  }

  json delivered(sender from, const any_value& value, std::uint32_t input) const {
    boost::json::object out;
    if (value.has_value()) out = stored(value, plan_.inputs[input].socket->type);
    if (from != from_user) {
      const plan::edge& e = plan_.edges[static_cast<std::size_t>(from)];
      out.emplace("from", plan_.output_name(plan_.nodes[e.from].first_output + e.output));
    }
    return out;
  }

  static boost::json::object stored(const any_value& value, const socket_type& type) {
    boost::json::object out;
    out.emplace("value", json_of(value));
    if (!type.carrier() && value.type() != &type_of<json>()) out.emplace("type", name_of(*value.type()));
    return out;
  }

  static std::string name_of(const type_desc& type) {
    for (const plain_type& p : plain_types) {
      if (&p.type() == &type) return std::string(p.name);
    }
    return socket_type::of(type).text();
  }

  const engine& steps_;
  const plan& plan_;
};

class snapshot_reader {
 public:
  explicit snapshot_reader(run_core& run) : steps_(run.steps), plan_(run.steps.layout()) {}

  void read(const json& from) {
    const json& version = member(from, "version");
    if (!version.is_int64() || version.get_int64() != snapshot_version) {
      refuse_snapshot(fmt::format("its version is not {}", snapshot_version));
    }
    const json& started = member(from, "started");
    if (!started.is_bool()) refuse_snapshot("'started' is no bool");
    steps_.started_ = started.get_bool();

    const boost::json::object& visits = object_at(from, "visits");
    if (visits.size() != plan_.nodes.size()) refuse_snapshot("it has other components");
    for (const auto& [name, count] : visits) {
      if (!count.is_int64() || count.get_int64() < 0 || count.get_int64() > plan_.options.max_runs) {
        refuse_snapshot(
            fmt::format("the visits of {} are no number up to the limit", std::string_view(name)));
      }
      steps_.nodes_[node_at(name)].visits = static_cast<std::uint32_t>(count.get_int64());
    }
    for (const auto& [name, on] : object_at(from, "joined")) {
      const std::uint32_t input = input_at(name);
      if (steps_.slots_[input].joining == joining::none && !steps_.join(input)) {
        refuse_snapshot(fmt::format("input {} does not join lists", std::string_view(name)));
      }
    }
    for (const auto& [name, waiting] : object_at(from, "inputs")) {
      if (!waiting.is_array()) refuse_snapshot(fmt::format("input {} is no list", std::string_view(name)));
      for (const json& d : waiting.get_array()) fill_slot(input_at(name), d);
    }
    for (const auto& [name, value] : object_at(from, "outputs")) {
      const std::uint32_t o = output_at(name);
      steps_.outputs_[o] = value_in(value, plan_.outputs[o].socket->type, nullptr);
      steps_.gave_anything_ = true;
    }
    read_names(member(from, "include_outputs_from"),
               [this](std::uint32_t n) { steps_.include_outputs_of(n); });
    read_names(member(from, "queue"), [this](std::uint32_t n) { steps_.queue_[steps_.queue_end_++] = n; });
    for (std::uint32_t n = 0; n < plan_.nodes.size(); ++n) steps_.changed_.insert(n);
    for (const auto& [name, state] : object_at(from, "components")) {
      plan_.nodes[node_at(name)].body->load(dump_json(state));
    }
  }

 private:
  template <typename Use>
  void read_names(const json& list, Use use) {
    if (!list.is_array() || list.get_array().size() > plan_.nodes.size())
      refuse_snapshot("a list of components is none");
    for (const json& name : list.get_array()) use(node_at(text_in(name, "a component's name")));
  }

  void fill_slot(std::uint32_t input, const json& d) {
    if (!d.is_object()) refuse_snapshot(fmt::format("a value at {} is no object", plan_.input_name(input)));
    const boost::json::object& fields = d.get_object();
    sender from = from_user;
    const plan::edge* edge = nullptr;
    if (const json* name = fields.if_contains("from")) {
      from = edge_at(text_in(*name, "a sender"), input);
      edge = &plan_.edges[static_cast<std::size_t>(from)];
    } else if (!fields.contains("value")) {
      refuse_snapshot(fmt::format("an input at {} has no value", plan_.input_name(input)));
    }
    any_value value;
    if (fields.contains("value")) value = value_in(d, plan_.inputs[input].socket->type, edge);
    steps_.arrive(from, input, std::move(value));
  }

  any_value value_in(const json& stored, const socket_type& type, const plan::edge* edge) const {
    const json& value = member(stored, "value");
    const json* name = stored.get_object().if_contains("type");
    try {
      if (!name) return carry(any_value::of(value), type);
      const std::string wanted = text_in(*name, "a type");
      return carry(any_value::of(value), carrier_named(wanted, edge));
    } catch (const error& why) {
      refuse_snapshot(why.what());
    }
  }

  socket_type carrier_named(const std::string& name, const plan::edge* edge) const {
    if (edge) {
      const socket_type& sent =
          plan_.outputs[plan_.nodes[edge->from].first_output + edge->output].socket->type;
      if (sent.carrier() && sent.text() == name) return sent;
    }
    for (const plain_type& p : plain_types) {
      if (p.name == name) return socket_type::of(p.type());
    }
    for (const plan::output& o : plan_.outputs) {
      if (o.socket->type.carrier() && o.socket->type.text() == name) return o.socket->type;
    }
    for (const plan::input& i : plan_.inputs) {
      if (i.socket->type.carrier() && i.socket->type.text() == name) return i.socket->type;
    }
    refuse_snapshot(fmt::format("no socket of this pipeline carries the type {}", name));
  }

  std::uint32_t node_at(std::string_view name) const {
    for (std::uint32_t n = 0; n < plan_.nodes.size(); ++n) {
      if (plan_.nodes[n].name == name) return n;
    }
    refuse_snapshot(fmt::format("there is no component '{}'", name));
  }
  std::uint32_t input_at(std::string_view name) const {
    for (std::uint32_t i = 0; i < plan_.inputs.size(); ++i) {
      if (plan_.input_name(i) == name) return i;
    }
    refuse_snapshot(fmt::format("there is no input {}", name));
  }
  std::uint32_t output_at(std::string_view name) const {
    for (std::uint32_t o = 0; o < plan_.outputs.size(); ++o) {
      if (plan_.output_name(o) == name) return o;
    }
    refuse_snapshot(fmt::format("there is no output {}", name));
  }
  sender edge_at(const std::string& from, std::uint32_t input) const {
    for (std::size_t e = 0; e < plan_.edges.size(); ++e) {
      const plan::edge& edge = plan_.edges[e];
      if (edge.input != input) continue;
      if (plan_.output_name(plan_.nodes[edge.from].first_output + edge.output) == from) {
        return static_cast<sender>(e);
      }
    }
    refuse_snapshot(fmt::format("{} is not connected to {}", from, plan_.input_name(input)));
  }

  engine& steps_;
  const plan& plan_;
};

json write_snapshot(const run_core& run) { return snapshot_writer(run).write(); }
void read_snapshot(run_core& run, const json& snapshot) { snapshot_reader(run).read(snapshot); }

}  // namespace stook::detail
