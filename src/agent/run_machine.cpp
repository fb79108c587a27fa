#include "agent/run_machine.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <stook/core/json.hpp>

namespace stook::detail {
namespace {

id_source ids_for(const run_options& options, run_machine* parent) {
  if (options.seed) return id_source(*options.seed);
  return parent ? id_source(parent->ids().fork()) : id_source();
}

message with_valid_text(const message& m) {
  const std::vector<tool_call> calls(m.calls().begin(), m.calls().end());
  return message::assistant(to_valid_utf8(m.text()), calls).with_provider_data(m.provider_data());
}

// What a reason code means, for people.
std::string explain(std::string_view reason, const std::vector<std::string>& missing) {
  if (reason == "contract.unmet" || reason == "answer.schema") {
    std::string out = "the agent stopped before its task was complete; missing: ";
    for (std::size_t i = 0; i < missing.size(); ++i) out += (i ? "; " : "") + missing[i];
    return out;
  }
  if (reason.starts_with("budget.")) return fmt::format("the limit on {} was reached", reason.substr(7));
  if (reason == "loop.repeat") return "the model repeated the same call with the same result";
  if (reason == "loop.cycle") return "the model went round a circle of calls with the same results";
  if (reason == "cancelled") return "the run was cancelled";
  if (reason == "model.truncated") return "the model's reply was cut at its length limit";
  if (reason == "model.refused") return "the model's provider refused to answer";
  if (reason == "model.empty") return "the model sent empty replies";
  if (reason == "tool.args_invalid") return "the model kept sending calls that could not be used";
  if (reason == "approval") return "a call waits for a person's approval";
  if (reason == "in_doubt")
    return "a call that must not be repeated timed out: a person must see whether it happened";
  return fmt::format("the run was stopped: {}", reason);
}

}  // namespace

run_machine::run_machine(std::shared_ptr<const agent_core> core, std::string task, run_options options,
                         run_machine* parent, const type_desc* answer_type)
    : core_(std::move(core)),
      options_(std::move(options)),
      limits_(options_.limits.value_or(core_->options.limits)),
      clock_(options_.clock ? options_.clock
             : parent       ? parent->clock_
                            : system_clock()),
      parent_(parent),
      root_(parent ? parent->root_ : this),
      depth_(parent ? parent->depth_ + 1 : 0),
      answer_type_(answer_type),
      ids_(ids_for(options_, parent)),
      run_id_(ids_.next("run_")),
      ledger_(limits_, *clock_, parent ? &parent->ledger_ : nullptr),
      state_(core_->options.state) {
  start(std::move(task));
}

run_machine::run_machine(const paused_run& from, std::vector<approval_decision> decisions,
                         run_options options, run_machine* parent)
    : core_(from.core),
      options_(std::move(options)),
      limits_(options_.limits.value_or(core_->options.limits)),
      clock_(options_.clock ? options_.clock
             : parent       ? parent->clock_
                            : system_clock()),
      parent_(parent),
      root_(parent ? parent->root_ : this),
      depth_(parent ? parent->depth_ + 1 : 0),
      answer_type_(from.answer_type),
      ids_(from.ids),
      run_id_(from.run_id),
      ledger_(limits_, *clock_, parent ? &parent->ledger_ : nullptr),
      facts_(from.facts),
      transcript_(from.transcript),
      state_(from.state),
      used_(from.used),
      used_before_(from.used),
      slots_(from.slots),
      call_counts_(from.call_counts),
      succeeded_(from.succeeded),
      repeats_(from.repeats),
      last_text_(from.last_text),
      exit_tool_(from.exit_tool),
      stop_reason_(from.stop_reason),
      missing_(from.missing),
      decisions_(std::move(decisions)) {
  facts_.exit_tool = exit_tool_;
  facts_.stopped_by = stop_reason_;
  for (const auto& [call, seen] : repeats_) most_repeats_ = std::max(most_repeats_, seen.times);
  ledger_.restore(from.spent);
  ask_for_type();
  if (auto wrong = checker_.extend(transcript_)) fail_run(std::move(*wrong));
  for (std::size_t i = 0; i < slots_.size(); ++i) slots_[i].call = &transcript_.back().calls()[i];
  if (options_.listener) emit(run_started{"resumed"});
}

run_machine::~run_machine() {
  if (progress_) progress_->close();
}

void run_machine::start(std::string task) {
  const agent_options& o = core_->options;
  transcript_.reserve(core_->opening.size() + options_.history.size() + 16);
  transcript_.insert(transcript_.end(), core_->opening.begin(), core_->opening.end());
  transcript_.insert(transcript_.end(), options_.history.begin(), options_.history.end());
  if (!task.empty()) append(message::user(task));
  for (auto& [key, value] : options_.state) state_.set_value(key, value);
  call_counts_.assign(o.tools.size(), 0);
  succeeded_.assign(o.tools.size(), false);
  facts_.reminders_allowed = o.contract.reminders;
  ask_for_type();
  if (options_.listener) emit(run_started{task});
  if (!options_.history.empty()) {
    if (auto wrong = check_history(transcript_)) fail_run(std::move(*wrong));
  }
  run_hooks(o.hooks.before_run);
}

void run_machine::ask_for_type() {
  if (!answer_type_) return;
  answer_schema_text_ = dump_json(schema_of(*answer_type_));
  answer_schema_ = {"answer", answer_schema_text_};
}

run_machine::want run_machine::next() {
  for (;;) {
    if (options_.stop.stop_requested()) facts_.cancelled = true;
    if (step_open_ && facts_.latest != latest::calls) end_step();
    const ledger::pressure p = ledger_.check();
    if (!p.over.empty()) facts_.over_limit = p.over;
    facts_.near_limit = !p.near.empty();
    if (facts_.near_limit && !facts_.asked_for_final) facts_.near_code = p.near;
    const decision d = decide(limits_, facts_);
    switch (d.next) {
      case decision::act::ask_final_answer:
        facts_.asked_for_final = true;
        append(message::user(fmt::format(
            "The limit on {} is nearly used up and tools are no longer available. Give your final answer "
            "now, from what you have found so far.",
            facts_.near_code.substr(facts_.near_code.find('.') + 1))));
        [[fallthrough]];
      case decision::act::call_model:
        if (ready_for_model()) return want::model;
        break;
      case decision::act::call_tools:
        if (ready_for_tools()) return want::tools;
        break;
      case decision::act::remind:
        remind();
        break;
      case decision::act::finish:
        if (ready_to_end(d)) return want::nothing;
        break;
    }
  }
}

bool run_machine::ready_for_model() {
  run_hooks(core_->options.hooks.before_llm);
  if (broken()) return false;
  if (!facts_.stopped_by.empty()) {
    facts_.latest = latest::nothing;
    return false;
  }
  auto wrong = checker_.extend(transcript_);
  if (!wrong) wrong = checker_.complete();
  if (wrong) {
    fail_run(std::move(*wrong));
    return false;
  }
  if (options_.listener) {
    step_open_ = true;
    emit(step_started{facts_.steps + 1});
    asked_at_ = stopwatch();
  }
  return !broken();
}

void run_machine::end_step() {
  step_open_ = false;
  if (options_.listener) emit(step_finished{facts_.steps});
}

chat_request run_machine::request() {
  const agent_options& o = core_->options;
  return {.messages = transcript_,
          .tools = o.tools.tools(),
          .choice = facts_.asked_for_final ? tool_choice::none : tool_choice::automatic,
          .schema = answer_type_ ? &answer_schema_ : nullptr,
          .temperature = o.temperature,
          .max_output_tokens = o.max_output_tokens};
}

void run_machine::take_reply(chat_reply&& reply) {
  ++facts_.steps;
  used_ += reply.used;
  ledger_.spend_step(reply.used);
  if (options_.listener) emit(model_replied{reply.answer, reply.finish, reply.used, stopwatch() - asked_at_});
  if (broken()) return;  // the listener threw
  if (reply.answer.from() != role::assistant) {
    fail_run({"model.protocol", "the model answered with a message that is not an assistant's"});
    return;
  }
  if (!is_valid_utf8(reply.answer.text())) reply.answer = with_valid_text(reply.answer);

  const bool ended_early =
      reply.finish == finish_reason::length || reply.finish == finish_reason::content_filter;
  if (reply.answer.empty() && !ended_early) {
    ++facts_.empty_replies;
    facts_.latest = latest::empty;
    return;
  }
  facts_.empty_replies = 0;
  if (!reply.answer.text().empty()) last_text_ = reply.answer.text();
  if (ended_early) {
    // calls of a turn that was cut may be cut themselves: none of them runs
    if (!reply.answer.text().empty()) append(message::assistant(reply.answer.text()));
    facts_.latest = reply.finish == finish_reason::length ? latest::cut : latest::refused;
    return;
  }
  if (reply.answer.calls().empty()) {
    append(std::move(reply.answer));
    facts_.latest = latest::text;
    find_missing(last_text_);
    return;
  }
  ambiguous_ids_.clear();
  append(has_valid_calls(reply.answer) ? std::move(reply.answer) : with_valid_calls(reply.answer));
  facts_.latest = latest::calls;
  facts_.repeating = limits_.same_call > 0 && all_repeated(transcript_.back().calls());
  facts_.in_circle = facts_.repeating && !says_same_calls_again();
}

void run_machine::take_failure(failure why) { fail_run(std::move(why)); }

void run_machine::interrupt(std::string_view code) {
  if (broken()) return;
  facts_.latest = latest::nothing;
  if (code == "cancelled") {
    facts_.cancelled = true;
  } else {
    facts_.over_limit = code;
  }
}

void run_machine::fail_run(failure why) {
  failure_ = std::move(why);
  model_error_ = failure_->code;
  facts_.model_error = model_error_;
  facts_.latest = latest::model_failed;
}

// What the contract still lacks, asked when the model would end.
void run_machine::find_missing(std::string_view text) {
  const completion_contract& contract = core_->options.contract;
  missing_.clear();
  for (const std::string& key : contract.state_keys) {
    if (!state_.value(key).has_value()) missing_.push_back(fmt::format("the state key {} has no value", key));
  }
  for (const std::string& name : contract.tools_succeeded) {
    const auto tools = core_->options.tools.tools();
    const auto it = std::find_if(tools.begin(), tools.end(), [&](const tool& t) { return t.name() == name; });
    if (!succeeded_[static_cast<std::size_t>(it - tools.begin())]) {
      missing_.push_back(fmt::format("the tool {} has not succeeded yet", name));
    }
  }
  try {
    for (const auto& validate : contract.validators) {
      if (auto lacking = validate(text, state_)) missing_.push_back(std::move(*lacking));
    }
  } catch (...) {
    fail_run({"contract_failed", "a validator of the contract threw: " + current_failure("").message});
    return;
  }
  facts_.contract_unmet = !missing_.empty();
  facts_.schema_unmet = answer_type_ && !facts_.contract_unmet && !answer_has_type(text);
}

bool run_machine::answer_has_type(std::string_view text) {
  decode_report report;
  try {
    const json value = parse_json(text);
    const std::shared_ptr<void> scratch = answer_type_->make();
    decode(value, scratch.get(), *answer_type_, {}, report);
    if (report.ok()) return true;
    missing_.push_back("the answer must be one JSON value of the schema; " + to_string(report.problems));
  } catch (const error& e) {
    missing_.push_back(
        fmt::format("the answer must be one JSON value of the schema and nothing else; {}", e.what()));
  }
  return false;
}

void run_machine::remind() {
  ++facts_.reminders;
  std::string text = "You are not finished. Still missing: ";
  for (std::size_t i = 0; i < missing_.size(); ++i) text += (i ? "; " : "") + missing_[i];
  text += ".";
  append(message::user(std::move(text)));
  facts_.exit_tool = {};
  facts_.latest = latest::nothing;
}

bool run_machine::ready_to_end(const decision& d) {
  if (d.is_exit) {
    keep_going_ = false;
    run_hooks(core_->options.hooks.on_exit);
    if (broken()) return false;
    if (keep_going_) {
      facts_.exit_tool = {};
      facts_.latest = latest::nothing;
      return false;
    }
  }
  if (!finished_ && d.status != run_status::paused) {
    finished_ = true;
    run_hooks(core_->options.hooks.after_run);
    if (broken() && d.status != run_status::failed) return false;
  }
  return true;
}

answer run_machine::finish() {
  const decision d = decide(limits_, facts_);
  if (d.status != run_status::paused) answer_open_calls();
  answer a;
  a.status = d.status;
  a.reason = d.reason;
  a.text = last_text_;
  if (d.status != run_status::done) {
    a.error = failure_ ? std::move(*failure_) : failure{a.reason, explain(a.reason, missing_)};
  }
  if (d.status == run_status::paused) {
    a.pending = pending_;
    a.paused = pause();
  }
  a.transcript = std::move(transcript_);
  a.state = std::move(state_);
  a.used = used_;
  a.steps = facts_.steps;
  const auto tools = core_->options.tools.tools();
  for (std::size_t i = 0; i < tools.size(); ++i) {
    if (call_counts_[i] > 0) a.tool_call_counts[tools[i].name()] = call_counts_[i];
  }
  a.run_id = run_id_;
  if (step_open_) end_step();
  if (options_.listener) emit(run_finished{a});
  return a;
}

std::shared_ptr<const paused_run> run_machine::pause() const {
  auto paused = std::make_shared<paused_run>(paused_run{.core = core_,
                                                        .answer_type = answer_type_,
                                                        .transcript = transcript_,
                                                        .state = state_,
                                                        .facts = facts_,
                                                        .exit_tool = std::string(facts_.exit_tool),
                                                        .stop_reason = std::string(facts_.stopped_by),
                                                        .missing = missing_,
                                                        .spent = ledger_.spent(),
                                                        .used = used_,
                                                        .ids = ids_,
                                                        .run_id = run_id_,
                                                        .last_text = last_text_,
                                                        .repeats = repeats_,
                                                        .call_counts = call_counts_,
                                                        .succeeded = succeeded_,
                                                        .slots = slots_,
                                                        .pending = pending_});
  paused->facts.paused_for = {};
  paused->facts.over_limit = {};
  return paused;
}

usage run_machine::used_since_start() const {
  usage u = used_;
  u.input_tokens -= used_before_.input_tokens;
  u.output_tokens -= used_before_.output_tokens;
  u.cached_input_tokens -= used_before_.cached_input_tokens;
  u.cache_write_tokens -= used_before_.cache_write_tokens;
  u.reasoning_tokens -= used_before_.reasoning_tokens;
  u.cost_usd -= used_before_.cost_usd;
  return u;
}

std::vector<message>& run_machine::edit_messages() {
  checker_.reset();
  return transcript_;
}

void run_machine::call_hooks(const std::vector<hook>& hooks) {
  try {
    for (const hook& h : hooks) h(*this);
  } catch (...) {
    fail_run({"hook_failed", "a hook threw: " + current_failure("").message});
  }
}

void run_machine::text_delta(std::string_view piece) {
  if (options_.listener) emit(text_arrived{piece});
}

void run_machine::emit(event_body what) {
  const std::string_view parent_id = parent_ ? std::string_view(parent_->run_id_) : std::string_view();
  try {
    options_.listener->on_event(
        {run_id_, parent_id, core_->options.name, depth_, clock_->now(), std::move(what)});
  } catch (...) {
    options_.listener = nullptr;
    fail_run({"listener_failed", "the run's listener threw: " + current_failure("").message});
  }
}

std::chrono::nanoseconds run_machine::stopwatch() const { return clock_->ticks(); }

void progress_port::describe(std::string run_id, std::string parent_run_id, std::string agent, int depth) {
  run_id_ = std::move(run_id);
  parent_run_id_ = std::move(parent_run_id);
  agent_ = std::move(agent);
  depth_ = depth;
}

void progress_port::close() {
  const std::lock_guard lock(mutex_);
  listener_ = nullptr;
}

void progress_port::on_progress(std::string_view call_id, std::string_view text, double fraction) {
  const std::lock_guard lock(mutex_);
  if (!listener_) return;
  const std::string clean = to_valid_utf8(text);
  listener_->on_event(
      {run_id_, parent_run_id_, agent_, depth_, clock_->now(), tool_progressed{call_id, clean, fraction}});
}

}  // namespace stook::detail
