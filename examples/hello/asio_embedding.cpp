// Many runs at once on one thread of an Asio program, and one of them cancelled.
//
//     io_context --+-- run 1 --> tool waits 20 ms --> answer
//                  +-- run 2 --> tool waits 20 ms --> answer
//                  +-- ...
//                  +-- the last --> tool would wait an hour; cancelled after 20 ms --> partial answer

#include <fmt/format.h>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <stook/stook.hpp>

namespace asio = boost::asio;

namespace {

// A tool that waits without a thread: a coroutine, as a request over a network would be one.
stook::task<std::string> probe(int wait_ms) {
  asio::steady_timer timer(co_await asio::this_coro::executor, std::chrono::milliseconds(wait_ms));
  co_await timer.async_wait(asio::use_awaitable);
  co_return "healthy";
}

// Calls the tool, then repeats what it said.
stook::agent make_agent(int wait_ms) {
  stook::tool probe_tool{"probe", "Looks whether a service is well.",
                         stook::tool_options{.effect = stook::reads, .parameters = {{"wait_ms", "How long"}}},
                         probe};
  auto reply = [wait_ms](const stook::chat_request& seen) {
    const stook::message& last = seen.messages.back();
    if (last.from() == stook::role::tool) return stook::scripted_model::says("It is " + last.text() + ".");
    return stook::scripted_model::calls("probe", fmt::format(R"({{"wait_ms":{}}})", wait_ms));
  };
  return stook::agent{{.name = "prober",
                       .model = std::make_shared<stook::scripted_model>(reply),
                       .tools = {std::move(probe_tool)}}};
}

}  // namespace

int main() {
  constexpr int runs = 200;
  asio::io_context io(1);
  int done = 0;
  const stook::agent prober = make_agent(20);
  for (int i = 0; i < runs; ++i) {
    asio::co_spawn(io, prober.async_run("Is checkout well?"),
                   [&](std::exception_ptr, stook::answer a) { done += a.ok(); });
  }

  const stook::agent patient = make_agent(3'600'000);
  asio::cancellation_signal cancel;
  auto show = [](std::exception_ptr, stook::answer a) {
    fmt::print("cancelled: {} ({}), {} messages kept\n", to_string(a.status), a.reason, a.transcript.size());
  };
  asio::co_spawn(io, patient.async_run("Is checkout well?"),
                 asio::bind_cancellation_slot(cancel.slot(), show));
  asio::steady_timer soon(io, std::chrono::milliseconds(20));
  soon.async_wait([&](boost::system::error_code) { cancel.emit(asio::cancellation_type::terminal); });

  io.run();
  fmt::print("{} of {} runs done on one thread\n", done, runs);
  return done == runs ? 0 : 1;
}
