#include <oncall/team/trace_writer.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <stook/core/any_value.hpp>
#include <stook/core/json.hpp>
#include <stook/core/time.hpp>

namespace stook::sre {
namespace {

using object = boost::json::object;

std::int64_t micros(std::chrono::nanoseconds took) {
  return std::chrono::duration_cast<std::chrono::microseconds>(took).count();
}

// Adds what one kind of event carries to its line.
struct body_writer {
  object& line;

  void operator()(const run_started& e) const {
    line["event"] = "run_started";
    line["task"] = e.task;
  }
  void operator()(const step_started& e) const {
    line["event"] = "step_started";
    line["step"] = e.step;
  }
  void operator()(const text_arrived& e) const {
    line["event"] = "text_arrived";
    line["piece"] = e.piece;
  }
  void operator()(const model_replied& e) const {
    line["event"] = "model_replied";
    line["finish"] = to_string(e.finish);
    line["text"] = e.reply.text();
    boost::json::array calls;
    for (const tool_call& c : e.reply.calls())
      calls.push_back(object{{"id", c.id}, {"tool", c.name}, {"arguments", c.arguments}});
    line["calls"] = std::move(calls);
    line["input_tokens"] = e.used.input_tokens;
    line["output_tokens"] = e.used.output_tokens;
    line["took_us"] = micros(e.took);
  }
  void operator()(const tool_started& e) const {
    line["event"] = "tool_started";
    line["call"] = e.call.id;
    line["tool"] = e.call.name;
    line["arguments"] = e.call.arguments;
  }
  void operator()(const tool_progressed& e) const {
    line["event"] = "tool_progressed";
    line["call"] = e.call_id;
    line["text"] = e.text;
  }
  void operator()(const tool_finished& e) const {
    line["event"] = "tool_finished";
    line["call"] = e.call.id;
    line["tool"] = e.call.name;
    line["ok"] = e.result.ok();
    if (e.result.error) {
      line["error"] = object{{"code", e.result.error->code}, {"message", e.result.error->message}};
    }
    line["text"] = e.result.text;
    line["took_us"] = micros(e.took);
  }
  void operator()(const state_changed& e) const {
    line["event"] = "state_changed";
    line["key"] = e.key;
    if (e.value.has_json_form()) line["value"] = to_json(e.value);
  }
  void operator()(const step_finished& e) const {
    line["event"] = "step_finished";
    line["step"] = e.step;
  }
  void operator()(const run_finished& e) const {
    line["event"] = "run_finished";
    line["status"] = to_string(e.result.status);
    line["reason"] = e.result.reason;
    if (e.result.error) line["error"] = e.result.error->message;
    line["steps"] = e.result.steps;
    line["text"] = e.result.text;
  }
};

// In place, and in every string: a text that is JSON stays JSON.
void mask(json& value, const redactor& masks) {
  if (auto* text = value.if_string()) {
    if (std::string clean; masks.redact({text->data(), text->size()}, clean) > 0) *text = clean;
  } else if (auto* array = value.if_array()) {
    for (json& item : *array) mask(item, masks);
  } else if (auto* members = value.if_object()) {
    for (auto& member : *members) mask(member.value(), masks);
  }
}

}  // namespace

void trace_writer::on_event(const event& e) {
  object line{{"at", to_string(e.at)},
              {"run", e.run_id},
              {"parent", e.parent_run_id},
              {"depth", e.depth},
              {"agent", e.agent}};
  std::visit(body_writer{line}, e.what);
  json whole(std::move(line));
  mask(whole, masks_);
  const std::string text = dump_json(whole);
  const std::lock_guard lock(mutex_);
  lines_ += text;
  lines_ += '\n';
}

std::string trace_writer::text() const {
  const std::lock_guard lock(mutex_);
  return lines_;
}

}  // namespace stook::sre
