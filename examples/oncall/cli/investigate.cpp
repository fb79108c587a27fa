#include <oncall/cli/investigate.hpp>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include <fmt/format.h>

#include <oncall/cli/inputs.hpp>
#include <oncall/cli/interrupt.hpp>
#include <oncall/cli/live_view.hpp>
#include <oncall/cli/model_choice.hpp>
#include <oncall/cli/output_directory.hpp>
#include <oncall/postmortem/render.hpp>
#include <oncall/report/html_report.hpp>
#include <oncall/team/team.hpp>
#include <oncall/team/trace_writer.hpp>
#include <oncall/verify/verify.hpp>
#include <stook/core/file.hpp>

namespace stook::sre::cli {
namespace {

namespace fs = std::filesystem;

// A pause that an interrupt ends.
hook pause_before_step(int ms, std::stop_token stop) {
  if (ms == 0) return {};
  return [ms, stop = std::move(stop)](hook_context&) {
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    wake.wait_for(lock, stop, std::chrono::milliseconds(ms), [] { return false; });
  };
}

std::string summary_of(const investigation& about, const answer& a,
                       const std::optional<failure>& unverified) {
  if (unverified) return "There is no postmortem. " + unverified->message;
  std::string out;
  if (!a.ok())
    out = fmt::format("The investigation did not finish: {}.\n", a.error ? a.error->message : a.reason);
  if (about.document) return out + executive_summary(*about.document);
  return out + "The incident window is not established.\n";
}

class report {
 public:
  report(const investigation& about, const answer& a, const std::optional<failure>& unverified,
         const std::string& trace, const fs::path& out)
      : about_(about), out_(out) {
    add("summary.txt", summary_of(about, a, unverified));
    if (about.document) {
      add("postmortem.json", to_json_document(*about.document));
      add("postmortem.md", to_markdown(*about.document));
      add("runbook.md", to_runbook(*about.document));
      const incident_data& data = about.data();
      add("report.html", to_html({.document = *about.document,
                                  .metrics = &data.metrics,
                                  .logs = &data.logs,
                                  .events = &data.events}));
    } else {
      add("evidence.jsonl", to_json_lines(about.evidence()));
    }
    add("trace.jsonl", trace);
  }

  // Files of an earlier report that this one lacks would lie about it: they go.
  void write() const {
    for (const char* name : {"summary.txt", "postmortem.json", "postmortem.md", "runbook.md", "report.html",
                             "evidence.jsonl", "trace.jsonl"}) {
      std::error_code ignored;
      fs::remove(out_ / name, ignored);
    }
    for (const auto& [name, text] : files_) write_whole_file(out_ / name, text, "output_write");
  }

  void show(const run_settings& settings, terminal& to) const {
    if (settings.json && about_.document) {
      to.out.write(files_[1].text);
    } else if (!settings.json) {
      to.out.write(files_.front().text);
    }
    std::string names;
    for (const auto& f : files_) names += (names.empty() ? "" : ", ") + f.name;
    to.say(
        fmt::format("\n{} {}: {}", to.err.paint(style::dim, "Written to"), printable(out_.string()), names));
  }

 private:
  struct file {
    std::string name, text;
  };
  void add(std::string name, const std::string& text) {
    files_.push_back({std::move(name), without_keys(text)});
  }

  const investigation& about_;
  fs::path out_;
  std::vector<file> files_;
};

exit_code outcome(const answer& a, const interrupt_watch& watch, terminal& to) {
  if (a.ok()) return exit_code::finished;
  const std::string why = a.error ? a.error->message : a.reason;
  to.err.line(fmt::format("{} {}", to.err.paint(style::red, "oncall:"),
                          watch.interrupted() ? "interrupted; what was found so far is written"
                                              : "the run did not finish: " + printable(why)));
  return watch.interrupted() ? exit_code::interrupted : exit_code::failed;
}

}  // namespace

exit_code investigate(const input_files& files, const run_settings& settings, terminal& to,
                      const std::function<void(investigation&)>& before_verifying) {
  to.quiet = settings.quiet;
  prepare_directory(settings.out);
  const std::shared_ptr<chat_model> model = choose_model(settings);
  const redactor masks = masks_for(settings.mask_emails);
  investigation_options options{.files = files, .tool_version = "oncall " STOOK_VERSION, .masks = masks};
  if (model) options.model = model->name();
  auto about = std::make_shared<investigation>(options);
  about->load();  // here and not in the run: an input that cannot be read is for the person, not for a model
  say_what_was_odd(about->data().reports, to);

  const interrupt_watch watch;
  trace_writer trace(masks);
  live_view view(to);
  std::vector<run_listener*> listeners{&trace};
  if (!settings.quiet) listeners.push_back(&view);
  listener_list all(std::move(listeners));
  const auto ask = [&](const std::shared_ptr<chat_model>& who) {
    const agent team =
        make_team(about, {.model = who, .before_step = pause_before_step(settings.pace_ms, watch.token())});
    return team.run(std::string(investigation_task), {.listener = &all, .stop = watch.token()});
  };
  answer a = ask(model);
  if (!a.ok() && model && settings.fall_back_to_rules && !watch.interrupted()) {
    const std::string why = a.error ? a.error->message : a.reason;
    to.say(fmt::format("{} did not finish ({}): the rules take over", model->name(), printable(why)));
    options.model.reset();
    options.notes.push_back(fmt::format(
        "Rules decided in place of the language model {}, whose run did not finish: {}", model->name(), why));
    about = std::make_shared<investigation>(options);
    about->load();
    a = ask(nullptr);
  }
  if (!about->document) draft_unfinished(*about, a.state);
  if (before_verifying) before_verifying(*about);
  const std::optional<failure> unverified = drop_unverified(*about);
  const report out(*about, a, unverified, trace.text(), settings.out);
  out.write();
  if (!settings.quiet) to.err.write("\n");
  out.show(settings, to);
  if (unverified) {
    to.err.line(fmt::format("{} {}", to.err.paint(style::red, "oncall:"), printable(unverified->message)));
    return exit_code::failed;
  }
  return outcome(a, watch, to);
}

exit_code run(const investigate_command& command, terminal& to) {
  return investigate(command.files, command.run, to);
}

}  // namespace stook::sre::cli
