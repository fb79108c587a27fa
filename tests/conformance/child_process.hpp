#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace conformance {

/// A program with pipes to its standard input and output. Killed when it goes out of scope.
class child_process {
 public:
  /// Throws std::system_error.
  explicit child_process(const std::vector<std::string>& command);
  ~child_process();
  child_process(const child_process&) = delete;
  child_process& operator=(const child_process&) = delete;

  /// Waits so long for one line; nothing if none came, or the output is closed.
  std::optional<std::string> read_line(std::chrono::milliseconds time);
  bool is_closed() const { return closed_; }
  void write_line(std::string_view line);
  /// By SIGKILL; returns once it is gone.
  void kill();
  /// How it ended, for people, empty if well; to be called once its output is closed.
  std::string ending();

 private:
  pid_t pid_ = -1;
  int in_ = -1, out_ = -1;
  std::string buffer_;
  bool closed_ = false;
};

}  // namespace conformance
