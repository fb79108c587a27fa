// The turn of a run in which the model's calls are answered.

#include <algorithm>

#include <fmt/format.h>
#include <boost/json/value.hpp>

#include <stook/core/digest.hpp>
#include <stook/core/json.hpp>

#include "agent/run_machine.hpp"
#include "agent/tool_plan.hpp"

namespace stook::detail {
namespace {

bool is_valid_name(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), allowed);
}

// A name that a provider takes back in a conversation, from one that a model made up.
std::string valid_name(std::string_view name) {
  std::string out(name.substr(0, 64));
  for (char& c : out) {
    if (!is_valid_name({&c, 1})) c = '_';
  }
  return out.empty() ? "unnamed" : out;
}

bool is_mistake(const tool_result& r) {
  return r.error && (r.error->code.starts_with("args_") || r.error->code == "unknown_tool" ||
                     r.error->code == "duplicate_call_id");
}

std::size_t hash_of_call(std::size_t tool_index, std::string_view arguments) {
  return std::hash<std::string_view>{}(arguments) + 31 * tool_index;
}

std::string canonical(std::string_view arguments) {
  return arguments.empty() ? "{}" : dump_json(parse_json(arguments));
}

}  // namespace

// True if ids are there, and unique in the conversation.
bool run_machine::has_valid_calls(const message& reply) const {
  const auto calls = reply.calls();
  for (std::size_t i = 0; i < calls.size(); ++i) {
    const std::string& id = calls[i].id;
    if (id.empty() || !is_valid_utf8(id) || checker_.knows_call(id)) return false;
    for (std::size_t j = 0; j < i; ++j) {
      if (id == calls[j].id) return false;
    }
  }
  return true;
}

message run_machine::with_valid_calls(const message& reply) {
  const auto calls = reply.calls();
  std::vector<bool> refused(calls.size());
  for (std::size_t i = 0; i < calls.size(); ++i) {
    const std::string& id = calls[i].id;
    for (std::size_t j = 0; j < i; ++j) {
      if (id != calls[j].id || id.empty()) continue;
      refused[i] = true;
      // the same call twice runs once; of two different ones nobody can tell which was meant
      if (calls[i].name != calls[j].name || calls[i].arguments != calls[j].arguments) refused[j] = true;
    }
  }
  std::vector<tool_call> repaired(calls.begin(), calls.end());
  for (std::size_t i = 0; i < repaired.size(); ++i) {
    std::string& id = repaired[i].id;
    const auto here = repaired.begin() + static_cast<std::ptrdiff_t>(i);
    const bool stands_before =
        std::any_of(repaired.begin(), here, [&](const tool_call& c) { return c.id == id; });
    if (id.empty() || stands_before || !is_valid_utf8(id) || checker_.knows_call(id)) id = ids_.next("call_");
    if (refused[i]) ambiguous_ids_.push_back(id);
  }
  return message::assistant(reply.text(), std::move(repaired)).with_provider_data(reply.provider_data());
}

bool run_machine::ready_for_tools() {
  const bool resumed = !slots_.empty();
  if (!resumed) {
    run_hooks(core_->options.hooks.before_tool);
    if (broken()) return false;
    if (transcript_.empty() || transcript_.back().calls().empty()) {
      facts_.latest = latest::results;  // a hook took the calls away
      run_hooks(core_->options.hooks.after_tool);
      return false;
    }
    make_slots();
  }
  pending_.clear();
  bool wait = false;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (!slots_[i].settled) wait |= !settle_approval(slots_[i], i);
  }
  if (broken()) return false;
  if (wait) {
    facts_.paused_for = "approval";
    return false;
  }
  return true;
}

void run_machine::make_slots() {
  const auto calls = transcript_.back().calls();
  const auto tools = core_->options.tools.tools();
  slots_.clear();
  slots_.resize(calls.size());
  for (std::size_t i = 0; i < calls.size(); ++i) {
    call_slot& s = slots_[i];
    s.call = &calls[i];
    if (std::find(ambiguous_ids_.begin(), ambiguous_ids_.end(), calls[i].id) != ambiguous_ids_.end()) {
      settle(s, {"duplicate_call_id", "another call of this turn has the same id",
                 "give each call an id of its own"});
      continue;
    }
    const auto it =
        std::find_if(tools.begin(), tools.end(), [&](const tool& t) { return t.name() == calls[i].name; });
    if (it == tools.end()) {
      std::string names;
      for (const tool& t : tools) names += (names.empty() ? "" : ", ") + t.name();
      settle(s, {"unknown_tool",
                 fmt::format("no tool is named \"{}\"", to_valid_utf8(calls[i].name.substr(0, 64))),
                 names.empty() ? "there are no tools" : "the tools are: " + names});
      continue;
    }
    s.found = &*it;
    s.tool_index = static_cast<std::size_t>(it - tools.begin());
    if (limits_.calls_per_turn > 0 && i >= static_cast<std::size_t>(limits_.calls_per_turn)) {
      settle(s, {"too_many_calls", fmt::format("at most {} calls run in one turn", limits_.calls_per_turn),
                 "make the others in a later turn", true});
    } else if (!ledger_.spend_tool_call()) {
      settle(s, {"budget.tool_calls", "no tool call is left", "answer from what is known"});
    }
  }
}

void run_machine::settle(call_slot& s, failure why) {
  s.result.text = failure_text(why);
  s.result.error = std::move(why);
  s.settled = true;
}

approval_request run_machine::approval_for(const call_slot& s, std::size_t index) const {
  approval_request r{.run_id = run_id_,
                     .agent = core_->options.name,
                     .tool = s.found->name(),
                     .arguments = canonical(s.call->arguments),
                     .effect = s.found->options().effect,
                     .hash = {}};
  r.hash = sha256_hex(fmt::format("{}\n{}\n{}\n{}\n{}", run_id_, facts_.steps, index, r.tool, r.arguments));
  return r;
}

// False if the call has to wait for a person.
bool run_machine::settle_approval(call_slot& s, std::size_t index) {
  if (!s.found->options().needs_approval || s.resume) return true;
  if (auto wrong = check_arguments(s.found->core(), s.call->arguments)) {
    settle(s, std::move(*wrong));
    return true;
  }
  approval_request request = approval_for(s, index);
  approval given;
  for (const approval_decision& d : decisions_) {
    if (d.hash == request.hash) given = d.given;
  }
  if (given.says == approval::verdict::later && root_->options_.approver) {
    try {
      given = root_->options_.approver(request);
    } catch (...) {
      fail_run({"approver_failed", "the approver threw: " + current_failure("").message});
      return false;
    }
  }
  switch (given.says) {
    case approval::verdict::approve:
      return true;
    case approval::verdict::reject:
      settle(s, {"approval_rejected", given.feedback.empty() ? "a person rejected this call" : given.feedback,
                 "do not repeat it; go on without"});
      return true;
    case approval::verdict::later:
      pending_.push_back(std::move(request));
      return false;
  }
  return false;
}

std::optional<std::size_t> run_machine::single_call() const {
  std::optional<std::size_t> only;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (slots_[i].settled) continue;
    if (only) return std::nullopt;
    only = i;
  }
  return only;
}

std::vector<std::vector<std::size_t>> run_machine::batches() const {
  std::vector<const tool*> open(slots_.size());
  for (std::size_t i = 0; i < slots_.size(); ++i) open[i] = slots_[i].settled ? nullptr : slots_[i].found;
  return plan_calls(open);
}

void run_machine::begin_call(std::size_t i) {
  if (!options_.listener) return;
  slots_[i].began = stopwatch();
  slots_[i].started = true;
  emit(tool_started{*slots_[i].call});
}

void run_machine::end_call(std::size_t i) {
  call_slot& s = slots_[i];
  used_ += s.result.spent;
  s.settled = !s.result.paused;
  s.ran = !is_mistake(s.result);
  if (options_.listener) s.took = stopwatch() - s.began;
}

run_context run_machine::context_for(const call_slot& s, std::stop_token stop,
                                     std::optional<timestamp> deadline) {
  if (!progress_) {
    progress_ = std::make_shared<progress_port>(options_.listener, clock_);
    progress_->describe(run_id_, parent_ ? parent_->run_id_ : std::string(), core_->options.name, depth_);
  }
  if (const auto left = ledger_.time_left()) {
    const timestamp end = clock_->now() + std::chrono::duration_cast<std::chrono::microseconds>(*left);
    if (!deadline || end < *deadline) deadline = end;
  }
  return run_context({.run_id = run_id_,
                      .agent = core_->options.name,
                      .call_id = s.call->id,
                      .call_key = fmt::format("{}/{}/{}", run_id_, facts_.steps, &s - slots_.data()),
                      .deadline = deadline,
                      .stop = stop.stop_possible() ? std::move(stop) : options_.stop,
                      .from = progress_});
}

void run_machine::end_batch() {
  for (call_slot& s : slots_) {
    if (!s.settled || s.merged || !s.found || !s.result.ok()) continue;
    s.merged = true;
    try {
      merge_into_state(s);
    } catch (...) {
      fail_run(
          {"state_failed", fmt::format("what the tool \"{}\" returned could not be merged into the state: {}",
                                       s.found->name(), current_failure("").message)});
    }
  }
}

void run_machine::end_calls() {
  end_batch();
  bool waiting = false;
  for (call_slot& s : slots_) {
    if (s.result.paused) {
      s.resume = std::move(s.result.paused);
      s.result = {};  // of this attempt; the next one writes its own
      waiting = true;
    } else if (!s.settled) {
      settle(s, {"cancelled", "the run ended before this call was made"});
    }
  }
  if (waiting && facts_.latest == latest::calls) {
    facts_.paused_for = "approval";
    return;
  }

  bool mistake = false, sound = false, exit_failed = false;
  std::string_view exit_tool;
  const auto& exits = core_->options.exit_tools;
  for (call_slot& s : slots_) {
    note_result(s);
    mistake |= is_mistake(s.result);
    sound |= s.ran;
    if (s.found && std::find(exits.begin(), exits.end(), s.found->name()) != exits.end()) {
      if (!s.result.ok()) {
        exit_failed = true;
      } else if (exit_tool.empty()) {
        exit_tool = s.found->name();
        exit_tool_ = exit_tool;
        last_text_ = s.result.text;
      }
    }
  }
  append_results();
  if (mistake && !sound) {
    ++facts_.mistakes;
    ++facts_.mistakes_in_a_row;
  } else {
    facts_.mistakes_in_a_row = 0;  // a good call beside a bad one is progress
  }
  if (facts_.latest == latest::calls) facts_.latest = latest::results;
  run_hooks(core_->options.hooks.after_tool);
  facts_.exit_tool = !exit_failed && !exit_tool.empty() ? std::string_view(exit_tool_) : std::string_view();
  if (!facts_.exit_tool.empty() && facts_.latest == latest::results) find_missing(last_text_);
}

// True if each of these calls has had one and the same result too often.
bool run_machine::all_repeated(std::span<const tool_call> calls) const {
  return most_repeats_ >= limits_.same_call &&
         std::all_of(calls.begin(), calls.end(), [&](const tool_call& call) {
           const tool* called = core_->options.tools.find(call.name);
           if (!called) return false;
           const auto index = static_cast<std::size_t>(called - core_->options.tools.tools().data());
           const auto it = repeats_.find(hash_of_call(index, call.arguments));
           return it != repeats_.end() && it->second.times >= limits_.same_call;
         });
}

// True if the last reply has the calls of the one before it.
bool run_machine::says_same_calls_again() const {
  const auto last = transcript_.back().calls();
  const auto before = std::find_if(transcript_.rbegin() + 1, transcript_.rend(),
                                   [](const message& m) { return !m.calls().empty(); });
  if (before == transcript_.rend()) return false;
  return std::equal(
      last.begin(), last.end(), before->calls().begin(), before->calls().end(),
      [](const tool_call& a, const tool_call& b) { return a.name == b.name && a.arguments == b.arguments; });
}

// Each call of the last reply gets its one answer.
void run_machine::append_results() {
  blank_broken_arguments();
  const auto calls = transcript_.back().calls();  // stay where they are while messages move
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    call_slot& s = slots_[i];
    const tool_call& call = calls[i];
    append(message::tool(call.id, call.name, std::move(s.result.text), s.result.error.has_value()));
    if (s.result.in_doubt) facts_.paused_for = "in_doubt";
  }
  slots_.clear();
}

// A run may end between a reply and its calls. Who goes on with the conversation needs them answered.
void run_machine::answer_open_calls() {
  if (transcript_.empty() || transcript_.back().calls().empty()) return;
  const auto calls = transcript_.back().calls();
  slots_.resize(calls.size());
  for (std::size_t i = 0; i < calls.size(); ++i) {
    slots_[i].call = &calls[i];
    if (!slots_[i].settled) settle(slots_[i], {"not_run", "the run ended before this call was made"});
  }
  append_results();
}

// Counts, repeats and the listener learn of one result.
void run_machine::note_result(call_slot& s) {
  if (s.found) ++call_counts_[s.tool_index];
  if (s.found && s.result.ok()) succeeded_[s.tool_index] = true;
  if (s.ran && limits_.same_call > 0) {
    repeat& r = repeats_[hash_of_call(s.tool_index, s.call->arguments)];
    const auto outcome = static_cast<std::uint32_t>(std::hash<std::string_view>{}(s.result.text));
    r.times = r.result == outcome ? r.times + 1 : 1;
    r.result = outcome;
    most_repeats_ = std::max(most_repeats_, r.times);
    if (r.times == limits_.same_call) {
      s.result.text += fmt::format(
          "\n[note: this call has had this result {} times; do something else, or answer]", r.times);
    }
  }
  if (options_.listener && !s.started) emit(tool_started{*s.call});
  if (options_.listener) emit(tool_finished{*s.call, s.result, s.took});
}

void run_machine::merge_into_state(const call_slot& s) {
  for (const tool_core::output& out : s.found->core().outputs) {
    any_value update = s.result.value;
    if (out.field) {
      // shares the whole result's storage
      const auto owner = std::make_shared<const any_value>(s.result.value);
      update = any_value::share(std::shared_ptr<const void>(owner, out.field->in(owner->data())), *out.type);
      if (out.type->kind == type_kind::optional) {
        if (out.type->length(update.data()) == 0) continue;  // nothing to tell
        if (&state_.type_of(out.key) != out.type) {
          update = any_value::share(std::shared_ptr<const void>(owner, out.type->at(update.data(), 0)),
                                    out.type->element());
        }
      }
    }
    update_state(std::string(out.key), std::move(update), false);
  }
  for (const state_update& u : s.result.updates) update_state(u.key, u.value, u.replaces);
}

void run_machine::update_state(const std::string& key, any_value value, bool replaces) {
  if (replaces) {
    state_.set_value(key, std::move(value));
  } else {
    state_.update(key, std::move(value));
  }
  if (options_.listener) emit(state_changed{key, state_.value(key)});
}

// A provider refuses a conversation in which a call's arguments are no JSON object, at every later request.
void run_machine::blank_broken_arguments() {
  const message& last = transcript_.back();
  std::vector<tool_call> repaired;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    const call_slot& s = slots_[i];
    if (s.ran && !s.call->arguments.empty()) continue;
    const bool parsed = s.ran || (s.result.error && s.result.error->code == "args_schema");
    const bool object = !s.call->arguments.empty() && (parsed || is_json_object(s.call->arguments));
    if (object && is_valid_name(s.call->name)) continue;
    if (repaired.empty()) repaired.assign(last.calls().begin(), last.calls().end());
    repaired[i].name = valid_name(s.call->name);
    if (!object) repaired[i].arguments = "{}";
  }
  if (repaired.empty()) return;
  transcript_.back() =
      message::assistant(last.text(), std::move(repaired)).with_provider_data(last.provider_data());
}

}  // namespace stook::detail
