#include <oncall/cli/shared_options.hpp>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

namespace stook::sre::cli {

void add_inputs(CLI::App& app, input_files& files, bool required) {
  auto* metrics = app.add_option("--metrics", files.metrics, "CSV: ts and any columns of numbers");
  auto* logs = app.add_option("--logs", files.logs, "CSV: ts, message, and service, level, error_kind, ...");
  metrics->type_name("FILE")->required(required);
  logs->type_name("FILE")->required(required);
  app.add_option("--events", files.events, "CSV: ts, kind, service, detail; deploys and the like")
      ->type_name("FILE");
  app.add_option("--topology", files.topology, "CSV: caller, callee; which service calls which")
      ->type_name("FILE");
}

void add_run(CLI::App& app, run_settings& run) {
  app.add_option("--out", run.out, "Where the report goes; files of an earlier report are replaced")
      ->type_name("DIR")
      ->capture_default_str();
  auto* model = app.add_option(
      "--model", run.model, fmt::format("Who decides: rules (offline, no language model),\n{}", model_forms));
  model->check(flaw_in_model)->type_name("MODEL")->capture_default_str();
  app.add_option_function<std::string>(
         "--fallback", [&run](const std::string&) { run.fall_back_to_rules = true; },
         "Who decides where the model does not answer, or does not finish: rules")
      ->check(CLI::IsMember({"rules"}))
      ->type_name("rules");
  app.add_flag("!--no-stream", run.stream, no_stream);
  auto* record =
      app.add_option("--record", run.record, "Keep what the model is asked and answers, without keys");
  auto* replay = app.add_option("--replay", run.replay, "Answer from such a file in place of a model");
  record->type_name("FILE")->excludes(replay);
  replay->type_name("FILE")->excludes(model);
  app.add_flag("--json", run.json, "Print postmortem.json instead of the summary");
  app.add_flag("--mask-emails", run.mask_emails, "Mask mail addresses in the inputs, as secrets are");
  app.add_flag("--quiet", run.quiet, "Do not show the team at work; results and errors only");
  app.add_option("--pace", run.pace_ms, "Pause before each step, in ms, to watch the team work")
      ->check(CLI::Range(0, 10'000))
      ->type_name("MS");
}

void add_day(CLI::App& app, std::uint64_t& seed, bool& quiet_day) {
  app.add_option("--seed", seed, "Which day; the same seed gives the same bytes")
      ->type_name("N")
      ->capture_default_str();
  app.add_flag("--quiet-day", quiet_day, "A day on which nothing goes wrong");
}

}  // namespace stook::sre::cli
