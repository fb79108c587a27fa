#include <oncall/cli/command_line.hpp>

#include <optional>
#include <utility>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <oncall/cli/eval_options.hpp>
#include <oncall/cli/shared_options.hpp>

namespace stook::sre::cli {
namespace {

constexpr const char* day_note =
    "The day is 24 hours of a web shop: metrics.csv, logs.csv, events.csv, topology.csv, truth.json.\n";

// Instants are read after parsing, so that the message can name the option and the form.
struct scan_texts {
  std::string from, to;
};

timestamp read_instant(std::string_view option, const std::string& text) {
  if (const auto parsed = parse_timestamp(text)) return parsed->value;
  throw usage_error(fmt::format("{} {}: {}", option, text, timestamp_format_hint));
}

struct parser {
  CLI::App app{"The on-call team: finds incidents in metrics and logs, and writes the postmortem."};
  demo_command demo;
  investigate_command investigate;
  generate_command generate;
  detect_command detect;
  sql_command sql;
  scan_command scan;
  verify_command verify;
  scan_texts scan_span;
  models_check_command models_check;
  eval_texts eval;
  CLI::App *demo_app, *investigate_app, *generate_app, *detect_app, *sql_app, *scan_app, *models_app,
      *eval_app, *verify_app;

  parser();
  any_command result() const;

 private:
  CLI::App* add(const char* name, const char* what, const std::string& more);
};

CLI::App* parser::add(const char* name, const char* what, const std::string& more) {
  CLI::App* sub = app.add_subcommand(name, what);
  sub->footer(more);
  return sub;
}

parser::parser() {
  app.name("oncall");
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string("oncall " STOOK_VERSION));
  app.footer(
      "Examples:\n"
      "  oncall demo\n"
      "  oncall investigate --metrics metrics.csv --logs logs.csv --events events.csv\n"
      "  oncall detect --metrics metrics.csv --json\n\n"
      "Results go to stdout, everything else to stderr. Exit codes: 0 finished (also when there is no\n"
      "incident), 1 the run failed, 2 wrong usage or input, 130 interrupted.");

  demo_app =
      add("demo", "Make up a day, investigate it, show the report",
          std::string(day_note) +
              "It is written to DIR/day, the report to DIR.\n\n"
              "Examples:\n  oncall demo\n  oncall demo --seed 42 --pace 300\n  oncall demo --quiet-day");
  add_day(*demo_app, demo.seed, demo.quiet_day);
  add_run(*demo_app, demo.run);

  investigate_app =
      add("investigate", "Find out what went wrong, and write the postmortem",
          "Writes summary.txt, report.html, postmortem.json, postmortem.md, runbook.md and trace.jsonl into "
          "DIR.\n"
          "Interrupted (Ctrl-C), it writes what it has found so far and ends with 130.\n\n"
          "Examples:\n"
          "  oncall investigate --metrics metrics.csv --logs logs.csv\n"
          "  oncall investigate --metrics m.csv --logs l.csv --events e.csv --topology t.csv --out report\n"
          "  oncall investigate --metrics m.csv --logs l.csv --json --quiet | jq .verdict");
  add_inputs(*investigate_app, investigate.files, true);
  add_run(*investigate_app, investigate.run);

  generate_app = add("generate", "Write a made-up day with an incident",
                     std::string(day_note) + "\nExamples:\n  oncall generate --seed 42 --out day");
  add_day(*generate_app, generate.seed, generate.quiet_day);
  generate_app->add_option("--out", generate.out, "Directory for the files; created, files replaced")
      ->type_name("DIR")
      ->required();

  detect_app =
      add("detect", "Find incident windows in metrics",
          "A window is half-open: from its first bad sample to the first good one after it. With\n"
          "--json its end is null while it is still going on.\n\n"
          "With --follow each change is a line, with --json an object a line, and rests on the rows up\n"
          "to then alone. A day of rows before teaches what is normal at each hour.\n\n"
          "Examples:\n  oncall detect --metrics metrics.csv\n"
          "  oncall detect --metrics metrics.csv --json | jq -r '.windows[].start'\n"
          "  tail -n +1 -F metrics.csv | oncall detect --metrics /dev/stdin --follow");
  detect_app->add_option("--metrics", detect.metrics, "CSV: ts and any columns of numbers")
      ->type_name("FILE")
      ->required();
  CLI::Option* trailing = detect_app->add_flag(
      "--trailing-z-score", detect.trailing_z_score,
      "Show instead what lies 3.2 standard deviations from the 75 samples before it, to compare");
  detect_app
      ->add_flag("--follow", detect.follow,
                 "Read on as rows come, and say at once what opens and what closes")
      ->excludes(trailing);
  detect_app->add_flag("--json", detect.json, "Print JSON");

  sql_app = add("sql", "Ask the inputs a read-only SQL question",
                "Tables: metrics(ts, ts_us, ...), logs(ts, ts_us, service, level, error_kind, ...),\n"
                "events(ts, ts_us, kind, service, detail), topology(caller, callee). SQLite's SQL, and\n"
                "quantile_cont(x, q); ts is UTC text, ts_us microseconds since 1970.\n\n"
                "Examples:\n"
                "  oncall sql --metrics metrics.csv --logs logs.csv \\\n"
                "    \"SELECT service, count(*) FROM logs WHERE level = 'ERROR' GROUP BY service\"");
  add_inputs(*sql_app, sql.files, false);
  sql_app->add_option("query", sql.query, "One SELECT")->type_name("QUERY")->required();
  sql_app->add_flag("--json", sql.json, "Print JSON");

  scan_app = add("scan", "Rank the log patterns that are more frequent in a span than elsewhere",
                 "Without a span the message templates are ranked by count; then any CSV will do, and no ts\n"
                 "is needed.\n\n"
                 "Examples:\n"
                 "  oncall scan --logs logs.csv --from 2026-01-15T14:52:00Z --to 2026-01-15T17:16:00Z\n"
                 "  oncall scan --logs app.csv --message-column Content\n"
                 "  oncall scan --logs app.csv --message-column Content --assign > ids.txt");
  scan_app->add_option("--logs", scan.logs, "CSV: ts, message, and service, level, error_kind, ...")
      ->type_name("FILE")
      ->required();
  scan_app->add_option("--message-column", scan.message_column, "The column that holds the messages")
      ->type_name("NAME")
      ->capture_default_str();
  auto* from = scan_app->add_option("--from", scan_span.from,
                                    "First instant of the span, ISO-8601; UTC if it names no zone");
  auto* to = scan_app->add_option("--to", scan_span.to, "The instant behind the span");
  from->type_name("T")->needs(to);
  to->type_name("T")->needs(from);
  auto* json = scan_app->add_flag("--json", scan.json, "Print JSON");
  scan_app
      ->add_flag("--assign", scan.assign, "Print the template's id of each line, in the order of the file")
      ->excludes(json)
      ->excludes(from);
  scan_app
      ->add_flag("--counts", scan.counts, "Only count the span's lines by kind, service, endpoint and region")
      ->needs(from);

  models_app =
      add("models", "What a language model's server can do", "Examples:\n  oncall models check --help");
  models_app->require_subcommand(1);
  CLI::App* check = models_app->add_subcommand("check", "Ask it to use a tool once, and tell how that went");
  check->footer(
      "Sends two small requests: an addition that a tool does, and the tool's result. Ends with 0 if an\n"
      "investigation can use the model, with 1 if not.\n\n"
      "Examples:\n  oncall models check --model openai:gpt-5-mini\n"
      "  oncall models check --model http://127.0.0.1:8080/v1#qwen3");
  check->add_option("--model", models_check.model, model_forms)
      ->check(flaw_in_model)
      ->type_name("MODEL")
      ->required();
  check->add_flag("!--no-stream", models_check.stream, no_stream);
  check->add_flag("--json", models_check.json, "Print JSON");

  eval_app = app.add_subcommand("eval", "Score the team on made-up days whose answer is known");
  add_eval(*eval_app, eval);

  verify_app =
      add("verify", "Hold a postmortem against the data that it was written from",
          "Runs the query of every piece of evidence again on the files, read-only and with the limits\n"
          "of an investigation, and compares digests, results and every number of the document. Ends\n"
          "with 1 and the claims that do not hold, with 2 if the document or a file cannot be used.\n\n"
          "Examples:\n"
          "  oncall verify oncall-out/postmortem.json --metrics metrics.csv --logs logs.csv\n"
          "  oncall verify p.json --metrics m.csv --logs l.csv --events e.csv --json | jq .problems");
  verify_app->add_option("document", verify.document, "postmortem.json, as investigate writes it")
      ->type_name("FILE")
      ->required();
  add_inputs(*verify_app, verify.files, true);
  verify_app->add_flag("--mask-emails", verify.mask_emails, "Mask mail addresses, if the investigation did");
  verify_app->add_flag("--json", verify.json, "Print JSON");
}

any_command parser::result() const {
  if (demo_app->parsed()) return demo;
  if (investigate_app->parsed()) return investigate;
  if (generate_app->parsed()) return generate;
  if (detect_app->parsed()) return detect;
  if (sql_app->parsed()) {
    const input_files& f = sql.files;
    if (f.metrics.empty() && f.logs.empty() && f.events.empty() && f.topology.empty())
      throw usage_error("sql needs an input: --metrics FILE, --logs FILE, --events FILE or --topology FILE");
    return sql;
  }
  if (verify_app->parsed()) return verify;
  if (models_app->parsed()) {
    if (models_check.model == "rules") throw usage_error("--model: rules are no language model to check");
    return models_check;
  }
  if (eval_app->parsed()) return read_eval(eval);
  scan_command out = scan;
  if (scan_span.from.empty()) return out;
  out.from = read_instant("--from", scan_span.from);
  out.to = read_instant("--to", scan_span.to);
  if (*out.to <= *out.from)
    throw usage_error(fmt::format("--to {} is not after --from {}", scan_span.to, scan_span.from));
  return out;
}

// The command that was named last, and the names before its own.
std::pair<const CLI::App*, std::string> innermost(const parser& p) {
  const CLI::App* about = &p.app;
  std::string name;
  for (auto chosen = about->get_subcommands(); !chosen.empty(); chosen = about->get_subcommands()) {
    name += (name.empty() ? "" : " ") + about->get_name();
    about = chosen.front();
  }
  return {about, name};
}

// What CLI11 throws for --help and --version is no error; its text comes from the command it stands behind.
show_text asked_text(const parser& p, const CLI::Success& asked) {
  if (asked.get_exit_code() == 0 && asked.get_name() == "CallForVersion")
    return {std::string(asked.what()) + "\n"};
  const auto [about, name] = innermost(p);
  return {about->help(name)};  // CLI11 adds the name of the last command
}

}  // namespace

any_command read_command_line(int argc, const char* const* argv) {
  parser p;
  try {
    p.app.parse(argc, argv);
  } catch (const CLI::Success& asked) {
    return asked_text(p, asked);
  } catch (const CLI::ParseError& e) {
    const auto [about, name] = innermost(p);
    throw usage_error(
        fmt::format("{}\nTry: {}{}{} --help", e.what(), name, name.empty() ? "" : " ", about->get_name()));
  }
  return p.result();
}

}  // namespace stook::sre::cli
