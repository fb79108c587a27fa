#include <oncall/cli/live_view.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace stook::sre::cli {
namespace {

constexpr std::size_t name_columns = 24;

std::string took_text(std::chrono::nanoseconds took) {
  const double ms = std::chrono::duration<double, std::milli>(took).count();
  if (ms < 10) return fmt::format("{:.1f} ms", ms);
  if (ms < 10'000) return fmt::format("{:.0f} ms", ms);
  return fmt::format("{:.1f} s", ms / 1000);
}

std::string indent(int depth, std::string_view branch) {
  std::string out;
  for (int i = 0; i < depth; ++i) out += "│  ";
  return out += branch;
}

std::string key_of(std::string_view run_id, std::string_view call_id) {
  return fmt::format("{}/{}", run_id, call_id);
}

}  // namespace

live_view::~live_view() {
  try {
    clear_running();
  } catch (...) {  // the line stays on the screen
  }
}

void live_view::on_event(const event& e) {
  const std::lock_guard lock(mutex_);
  if (std::holds_alternative<run_started>(e.what)) {
    run_began(e);
  } else if (const auto* started = std::get_if<tool_started>(&e.what)) {
    began(e, *started);
  } else if (const auto* progressed = std::get_if<tool_progressed>(&e.what)) {
    const auto it = calls_.find(key_of(e.run_id, progressed->call_id));
    if (it != calls_.end()) it->second.gist = printable(progressed->text);
  } else if (const auto* finished = std::get_if<tool_finished>(&e.what)) {
    ended(e, *finished);
  } else if (const auto* over = std::get_if<run_finished>(&e.what)) {
    run_ended(e, *over);
  }
}

void live_view::run_began(const event& e) {
  began_.emplace(e.run_id, e.at);
  if (e.depth == 0) print(to_.err.paint(style::bold, printable(e.agent)));
  // The call that began this run is the only one of its depth that runs now and has no gist yet.
  for (auto& [key, c] : calls_) {
    if (c.depth != e.depth - 1 || c.is_agent || !key.starts_with(e.parent_run_id)) continue;
    c.is_agent = true;
    print(indent(c.depth, "├─ ") + to_.err.paint(style::bold, c.tool));
    break;
  }
}

void live_view::began(const event& e, const tool_started& what) {
  calls_[key_of(e.run_id, what.call.id)] = {.tool = printable(what.call.name), .gist = {}, .depth = e.depth};
  show_running();
}

void live_view::ended(const event& e, const tool_finished& what) {
  const auto it = calls_.find(key_of(e.run_id, what.call.id));
  if (it == calls_.end()) return;
  const call c = std::move(it->second);
  calls_.erase(it);
  const bool failed = what.result.error.has_value();
  if (c.is_agent) return;  // its own last line said it
  const stream& err = to_.err;
  const std::string took = took_text(what.took);
  std::string gist = failed ? printable(what.result.error->code + ": " + what.result.error->message) : c.gist;
  const std::string tree = indent(c.depth, "├─ ");
  const std::size_t used = columns_of(tree) + name_columns + columns_of(took) + 4;
  const auto width = static_cast<std::size_t>(std::max(err.width(), 60));
  const std::size_t room = width > used + 10 ? width - used : 10;
  gist = padded(shortened(gist, room), room);
  print(fmt::format("{}{} {}  {}", err.paint(style::dim, tree), padded(c.tool, name_columns),
                    err.paint(failed ? style::red : style::plain, gist), err.paint(style::dim, took)));
}

void live_view::run_ended(const event& e, const run_finished& what) {
  const stream& err = to_.err;
  const bool done = what.result.ok();
  std::string word = done ? "done" : fmt::format("{}: {}", to_string(what.result.status), what.result.reason);
  if (!done && what.result.error && what.result.reason != "cancelled")
    word += " (" + printable(what.result.error->message) + ")";
  const auto began = began_.find(e.run_id);
  const auto took = began == began_.end() ? timestamp::duration{} : e.at - began->second;
  print(fmt::format("{}{}  {}", err.paint(style::dim, indent(e.depth, "└─ ")),
                    err.paint(done ? style::green : style::yellow, word),
                    err.paint(style::dim, took_text(took))));
}

void live_view::print(const std::string& line) {
  clear_running();
  to_.err.line(line);
  show_running();
}

void live_view::show_running() {
  if (!to_.err.is_terminal()) return;
  clear_running();
  std::string names;
  for (const auto& [key, c] : calls_) {
    if (!c.is_agent) names += (names.empty() ? "" : ", ") + c.tool;
  }
  if (names.empty()) return;
  const auto width = static_cast<std::size_t>(std::max(to_.err.width(), 20));
  to_.err.write(to_.err.paint(style::cyan, shortened("… " + names, width - 1)));
  running_shown_ = true;
}

void live_view::clear_running() {
  if (!running_shown_) return;
  to_.err.write("\r\x1b[K");
  running_shown_ = false;
}

}  // namespace stook::sre::cli
