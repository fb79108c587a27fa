#include <fmt/format.h>

#include <oncall/cli/commands.hpp>
#include <oncall/cli/inputs.hpp>
#include <oncall/cli/model_choice.hpp>
#include <oncall/cli/table.hpp>
#include <oncall/data/incident_data.hpp>
#include <stook/sql/readonly.hpp>

namespace stook::sre::cli {
namespace {

std::string cell_text(const sqlite::cell& cell) {
  if (const auto* i = std::get_if<std::int64_t>(&cell)) return std::to_string(*i);
  if (const auto* d = std::get_if<double>(&cell)) return fmt::format("{:.6g}", *d);
  if (const auto* s = std::get_if<std::string>(&cell)) return *s;
  return "-";
}

}  // namespace

exit_code run(const sql_command& command, terminal& to) {
  incident_data data = load_incident(command.files, {.masks = masks_for(false)});
  say_what_was_odd(data.reports, to);
  // A person who waits at a terminal may ask for more than a model may.
  const sqlite::readonly_options limits{.deadline = std::chrono::seconds(30),
                                        .rows = 100'000,
                                        .bytes = 64 * 1024 * 1024,
                                        .heap_bytes = 1024 * 1024 * 1024};
  const auto db = sqlite::lock_readonly(std::move(data.database), limits);
  const sqlite::query_result result = db.select(command.query);
  if (command.json) {
    to.out.line(sqlite::to_json_text(result));
  } else {
    table rows(result.columns);
    for (const auto& row : result.rows) {
      std::vector<std::string> cells;
      for (const sqlite::cell& c : row) cells.push_back(cell_text(c));
      rows.add(std::move(cells));
    }
    to.out.write(rows.text(to.out, 200));
  }
  if (result.truncated)
    to.say(fmt::format("{} cut after {} rows", to.err.paint(style::yellow, "note:"), result.rows.size()));
  return exit_code::finished;
}

}  // namespace stook::sre::cli
