#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "support/fake_server.hpp"

/// A server that answers its n-th request with the n-th of its texts, byte by byte as they are, and keeps
/// what it was asked. What comes behind the last one is closed unheard.
class scripted_server {
 public:
  /// What becomes of a connection that was answered: closed, held without another word, or asked again.
  enum class then { close, hold, serve };

  explicit scripted_server(std::vector<std::string> answers, then after = then::close)
      : answers_(std::move(answers)),
        after_(after),
        server_([this](fake::peer& p, int) { serve(p); }, fake::server::serving::at_once) {}
  ~scripted_server() { ending_ = true; }

  std::string address() const { return server_.base() + "/v1"; }
  int connections() const { return server_.connections(); }
  /// Line, headers and body of each request so far.
  std::vector<std::string> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void serve(fake::peer& p) {
    while (const std::string* answer = hear(p)) {
      p.say(*answer);
      if (after_ == then::close) return;
      while (after_ == then::hold && !ending_) {
        if (p.closes_within(std::chrono::milliseconds(5))) return;
      }
    }
  }

  // What to answer; nothing where the client is gone, or the script over.
  const std::string* hear(fake::peer& p) {
    std::string request = p.hear();
    const std::lock_guard lock(mutex_);
    if (request.empty() || requests_.size() == answers_.size()) return nullptr;
    requests_.push_back(std::move(request));
    return &answers_[requests_.size() - 1];
  }

  const std::vector<std::string> answers_;
  const then after_;
  std::atomic<bool> ending_ = false;
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  fake::server server_;
};

inline std::string answer_of(const std::string& status, const std::string& type, const std::string& body,
                             const std::string& headers = "") {
  return "HTTP/1.1 " + status + "\r\nContent-Type: " + type +
         "\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + headers +
         "\r\n" + body;
}
