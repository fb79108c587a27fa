#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "http/client.hpp"
#include "support/fake_server.hpp"

/// What a test asks a server, and what came of it.
namespace asking {

struct outcome {
  unsigned status = 0;
  std::string body;
  std::string code;  // of the error, if there was one
  std::string text;
  bool began = false;
  bool retryable = false;
};

stook::task<void> exchange(const stook::http::client& c, const stook::http::request& r, outcome& out);
/// On an event loop of its own.
std::vector<outcome> ask(const stook::http::client& c, const stook::http::request& r, std::size_t times = 1);
outcome ask_once(const stook::http::client& c, const stook::http::request& r);
stook::http::request post(const fake::server& s, std::string_view body = "{}");

}  // namespace asking
