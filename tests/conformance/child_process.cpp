#include "child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>

#include <array>
#include <system_error>

#include <fmt/format.h>

namespace conformance {
namespace {

struct pipe_ends {
  int read = -1, write = -1;
};

pipe_ends open_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  return {ends[0], ends[1]};
}

}  // namespace

child_process::child_process(const std::vector<std::string>& command) {
  const pipe_ends to = open_pipe(), from = open_pipe();
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, to.read, 0);
  posix_spawn_file_actions_adddup2(&actions, from.write, 1);
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const int failed = ::posix_spawn(&pid_, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(to.read);
  ::close(from.write);
  in_ = to.write;
  out_ = from.read;
  if (failed != 0) {
    pid_ = -1;
    ::close(in_);
    ::close(out_);
    throw std::system_error(failed, std::generic_category(), command[0]);
  }
}

child_process::~child_process() {
  kill();
  ::close(in_);
  ::close(out_);
}

std::optional<std::string> child_process::read_line(std::chrono::milliseconds time) {
  const auto until = std::chrono::steady_clock::now() + time;
  for (;;) {
    if (const auto end = buffer_.find('\n'); end != std::string::npos) {
      std::string line = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      return line;
    }
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    if (closed_ || left.count() < 0) return std::nullopt;
    pollfd wait{out_, POLLIN, 0};
    if (::poll(&wait, 1, static_cast<int>(left.count())) < 1) return std::nullopt;
    std::array<char, 65536> piece;
    const ssize_t got = ::read(out_, piece.data(), piece.size());
    if (got <= 0) {
      closed_ = true;
    } else {
      buffer_.append(piece.data(), static_cast<std::size_t>(got));
    }
  }
}

void child_process::write_line(std::string_view line) {
  const std::string text = std::string(line) + '\n';
  // A child that is gone hears nothing: the signal of a broken pipe is ignored by this program.
  static_cast<void>(!::write(in_, text.data(), text.size()));
}

void child_process::kill() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

std::string child_process::ending() {
  int status = 0;
  if (pid_ < 0 || ::waitpid(pid_, &status, 0) != pid_) return "it was killed";
  pid_ = -1;
  if (WIFSIGNALED(status)) return fmt::format("it died of signal {}", WTERMSIG(status));
  return WEXITSTATUS(status) == 0 ? "" : fmt::format("it ended with the exit code {}", WEXITSTATUS(status));
}

}  // namespace conformance
