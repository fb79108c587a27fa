#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include <oncall/cli/terminal.hpp>
#include <stook/agent/events.hpp>

namespace stook::sre::cli {

/// Shows a team at work as a tree of agents and their tools, a line each when it is over: what it came to and
/// how long it took. On a terminal a last line that is redrawn shows what runs now. Thread-safe.
class live_view final : public run_listener {
 public:
  /// `to` must outlive the view.
  explicit live_view(terminal& to) : to_(to) {}
  ~live_view() override;

  void on_event(const event& e) override;

 private:
  struct call {
    std::string tool;
    std::string gist;  // the tool's own words
    int depth = 0;
    bool is_agent = false;
  };

  void began(const event& e, const tool_started& what);
  void ended(const event& e, const tool_finished& what);
  void run_began(const event& e);
  void run_ended(const event& e, const run_finished& what);
  void print(const std::string& line);
  void show_running();
  void clear_running();

  terminal& to_;
  std::mutex mutex_;
  std::map<std::string, call, std::less<>> calls_;       // by call id and run
  std::map<std::string, timestamp, std::less<>> began_;  // by run
  bool running_shown_ = false;
};

}  // namespace stook::sre::cli
