#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <oncall/cli/commands.hpp>
#include <oncall/cli/model_choice.hpp>
#include <oncall/cli/table.hpp>
#include <stook/chat/model.hpp>
#include <stook/core/codec.hpp>
#include <stook/core/error.hpp>
#include <stook/tool/tool.hpp>

namespace stook::sre::cli {

struct addition {
  std::int64_t a = 0;
  std::int64_t b = 0;
};
STOOK_DESCRIBE(addition, (a, "First number"), (b, "Second number"))

/// What one exchange with a model showed. A property that the exchange did not come to is absent.
struct model_findings {
  std::string model;
  bool usable = false;
  bool answers = false;
  std::optional<std::int64_t> first_answer_ms{};
  std::optional<bool> streams{};
  std::optional<bool> calls_tools{};
  std::optional<bool> arguments_fit{};
  std::optional<bool> uses_results{};
  std::optional<bool> counts_tokens{};
  std::optional<std::int64_t> input_tokens{};
  std::optional<std::int64_t> output_tokens{};
  std::optional<std::string> answering_model{};
  std::optional<std::string> problem{};
};
STOOK_DESCRIBE(model_findings, (model), (usable), (answers), (first_answer_ms), (streams), (calls_tools),
               (arguments_fit), (uses_results), (counts_tokens), (input_tokens), (output_tokens),
               (answering_model), (problem))

namespace {

constexpr const char* sum = "42";

class counted_pieces final : public generation {
 public:
  void text_delta(std::string_view) override { ++pieces_; }
  void call_delta(std::size_t, std::string_view, std::string_view) override { ++pieces_; }
  int pieces() const { return pieces_; }

 private:
  int pieces_ = 0;
};

// The exchange, and what it shows as it goes on.
class check_up {
 public:
  explicit check_up(chat_model& model) : model_(model) { findings_.model = model.name(); }

  model_findings run() {
    try {
      exchange();
    } catch (const error& e) {
      findings_.problem = e.what();
      if (!e.what_failed().hint.empty()) *findings_.problem += "; " + e.what_failed().hint;
    }
    return std::move(findings_);
  }

 private:
  void exchange() {
    const tool add("add", "Adds two integers.", [](addition x) { return x.a + x.b; });
    const std::vector<tool> tools{add};
    std::vector<message> messages{message::user("Add 17 and 25 with the tool \"add\". Then say the sum.")};
    const auto begin = std::chrono::steady_clock::now();
    const chat_reply first = ask({.messages = messages, .tools = tools, .max_output_tokens = 2000});
    findings_.answers = true;
    findings_.first_answer_ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin)
            .count();
    if (!first.model.empty()) findings_.answering_model = first.model;
    findings_.calls_tools = !first.answer.calls().empty();
    if (!*findings_.calls_tools) {
      findings_.problem = "it answered in words and did not call the tool: \"" + first.answer.text() + "\"";
      return;
    }
    messages.push_back(first.answer);
    findings_.arguments_fit = true;
    for (const tool_call& call : first.answer.calls()) {
      const tool_result result = call.name == "add" ? add.call(call.arguments) : no_such_tool(call);
      if (result.text != sum) {
        findings_.arguments_fit = false;
        findings_.problem = fmt::format("its call {}({}) gives {}", call.name, call.arguments, result.text);
      }
      messages.push_back(message::tool(call.id, call.name, result.text, result.error.has_value()));
    }
    const chat_reply second = ask({.messages = messages, .tools = tools, .max_output_tokens = 2000});
    findings_.uses_results = second.answer.text().find(sum) != std::string::npos;
    if (!*findings_.uses_results && !findings_.problem)
      findings_.problem = "told that the sum is 42, it said: \"" + second.answer.text() + "\"";
    findings_.usable = *findings_.arguments_fit && *findings_.uses_results;
  }

  chat_reply ask(const chat_request& request) {
    counted_pieces pieces;
    chat_reply reply = model_.generate(request, pieces);
    findings_.streams = findings_.streams.value_or(false) || pieces.pieces() > 0;
    const bool counted = reply.used.total_tokens() > 0 && !reply.usage_is_estimate;
    findings_.counts_tokens = findings_.counts_tokens.value_or(true) && counted;
    if (counted) {
      findings_.input_tokens = findings_.input_tokens.value_or(0) + reply.used.input_tokens;
      findings_.output_tokens = findings_.output_tokens.value_or(0) + reply.used.output_tokens;
    }
    return reply;
  }

  static tool_result no_such_tool(const tool_call& call) {
    tool_result out;
    out.error = failure{"unknown_tool", fmt::format("no tool is named \"{}\"", call.name)};
    out.text = out.error->message;
    return out;
  }

  chat_model& model_;
  model_findings findings_;
};

std::string word(const std::optional<bool>& what) { return what ? (*what ? "yes" : "no") : "not tried"; }

void show(const model_findings& f, terminal& to) {
  to.out.line(to.out.paint(style::bold, printable(f.model)));
  table rows({"check", "result"});
  std::string answers = f.answers ? fmt::format("yes, first in {} ms", *f.first_answer_ms) : "no";
  if (f.answering_model) answers += " as " + printable(*f.answering_model);
  rows.add({"answers", answers});
  rows.add({"streams", word(f.streams)});
  rows.add({"calls tools", word(f.calls_tools)});
  rows.add({"with arguments that fit", word(f.arguments_fit)});
  rows.add({"uses what they return", word(f.uses_results)});
  std::string tokens = word(f.counts_tokens);
  if (f.input_tokens) tokens += fmt::format(", {} in and {} out", *f.input_tokens, *f.output_tokens);
  rows.add({"counts tokens", tokens});
  to.out.write(rows.text(to.out));
  if (f.problem) to.out.line(printable(*f.problem));
  to.out.line(f.usable ? to.out.paint(style::green, "An investigation can use it.")
                       : to.out.paint(style::red, "An investigation cannot use it."));
}

}  // namespace

exit_code run(const models_check_command& command, terminal& to) {
  const auto model = model_named(command.model, command.stream);
  to.say(fmt::format("asking {} ...", printable(model->name())));
  const model_findings found = check_up(*model).run();
  if (command.json) {
    to.out.line(to_json_text(found));
  } else {
    show(found, to);
  }
  return found.usable ? exit_code::finished : exit_code::failed;
}

}  // namespace stook::sre::cli
