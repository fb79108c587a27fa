// bench_http_agents AGENTS...: that many agents at once on one thread, of three steps each, over HTTP against
// a model server on loopback that answers each request after 100 ms. The server is a process of its own, so
// that neither its time nor its memory nor its descriptors are counted. Beside it, the echo: as many
// coroutines of Asio alone, each of which sends the very bytes of such an agent's requests and reads as many
// as the replies have, which is what the sockets and the loop cost. With --serve it is only the server: it
// prints its port and ends with its standard input.

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <stook/models/openai.hpp>
#include <stook/stook.hpp>

#include "agent_step/workload.hpp"
#include "models/openai_dialect.hpp"
#include "process.hpp"

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;

constexpr int steps = 3;  // model calls of an agent: two call the tool, the last one ends
constexpr auto model_delay = 100ms;

struct pair_of_numbers {
  int a = 0;
  int b = 0;
};
STOOK_DESCRIBE(pair_of_numbers, (a, "First number", stook::at_least{0}),
               (b, "Second number", stook::at_least{0}))

// As many descriptors as the process may have.
void raise_descriptor_limit() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

std::string completion(std::string_view message, std::string_view finish) {
  const std::string body = fmt::format(
      R"({{"id":"chatcmpl-1","object":"chat.completion","created":1767225600,"model":"fake-1","choices":[{{)"
      R"("index":0,"message":{},"finish_reason":"{}"}}],)"
      R"("usage":{{"prompt_tokens":100,"completion_tokens":20,"total_tokens":120}}}})",
      message, finish);
  return fmt::format("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
                     body.size(), body);
}

// What the model says at each step.
std::vector<std::string> script() {
  std::vector<std::string> all;
  for (int step = 0; step < steps - 1; ++step) {
    std::string arguments = agent_step::arguments_of(step);
    for (std::size_t at = 0; (at = arguments.find('"', at)) != std::string::npos; at += 2) {
      arguments.insert(at, "\\");
    }
    all.push_back(completion(
        fmt::format(
            R"({{"role":"assistant","content":null,"tool_calls":[{{"id":"{}","type":"function","function":)"
            R"({{"name":"add","arguments":"{}"}}}}]}})",
            agent_step::id_of(step), arguments),
        "tool_calls"));
  }
  all.push_back(
      completion(fmt::format(R"({{"role":"assistant","content":"{}"}})", agent_step::final_text), "stop"));
  return all;
}

std::size_t count_of(std::string_view text, std::string_view what) {
  std::size_t n = 0;
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string_view::npos; at += what.size()) ++n;
  return n;
}

std::size_t body_length(std::string head) {
  std::transform(head.begin(), head.end(), head.begin(), [](unsigned char c) { return std::tolower(c); });
  const auto at = head.find("content-length:");
  return at == std::string::npos ? 0 : std::strtoul(head.c_str() + at + 15, nullptr, 10);
}

stook::task<void> talk(tcp::socket s, const std::vector<std::string>& says) {
  std::string heard;
  asio::steady_timer delay(s.get_executor());
  for (;;) {
    boost::system::error_code ec;
    auto reading = asio::async_read_until(s, asio::dynamic_buffer(heard), "\r\n\r\n",
                                          asio::redirect_error(asio::use_awaitable, ec));
    const std::size_t head = co_await std::move(reading);
    if (ec) co_return;
    const std::size_t all = head + body_length(heard.substr(0, head));
    if (heard.size() < all) {
      auto more = asio::async_read(s, asio::dynamic_buffer(heard), asio::transfer_exactly(all - heard.size()),
                                   asio::redirect_error(asio::use_awaitable, ec));
      co_await std::move(more);
      if (ec) co_return;
    }
    // a result of the tool is a message that names the call; some clients write a blank behind the colon
    const std::size_t step = count_of(heard, R"("tool_call_id")");
    heard.erase(0, all);
    delay.expires_after(model_delay);
    auto waiting = delay.async_wait(asio::use_awaitable);
    co_await std::move(waiting);
    auto writing = asio::async_write(s, asio::buffer(says[std::min(step, says.size() - 1)]),
                                     asio::redirect_error(asio::use_awaitable, ec));
    co_await std::move(writing);
    if (ec) co_return;
  }
}

stook::task<void> accept_all(tcp::acceptor& acceptor, const std::vector<std::string>& says) {
  for (;;) {
    auto accepting = acceptor.async_accept(asio::use_awaitable);
    tcp::socket s = co_await std::move(accepting);
    s.set_option(tcp::no_delay(true));
    asio::co_spawn(acceptor.get_executor(), talk(std::move(s), says), [](std::exception_ptr) {});
  }
}

// Serves until `alive` ends, having told its port.
void serve(int alive, int told) {
  asio::io_context io(1);
  tcp::acceptor acceptor(io, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  const std::uint16_t port = acceptor.local_endpoint().port();
  const std::string line = std::to_string(port) + "\n";
  if (::write(told, line.data(), line.size()) < 0) return;
  const std::vector<std::string> says = script();
  asio::co_spawn(io, accept_all(acceptor, says), [](std::exception_ptr) {});
  asio::posix::stream_descriptor parent(io, ::dup(alive));
  char byte = 0;
  asio::async_read(parent, asio::buffer(&byte, 1),
                   [&](boost::system::error_code, std::size_t) { io.stop(); });
  io.run();
}

// A server in a process of its own, for as long as this object lives.
class server_process {
 public:
  server_process() {
    int alive[2], told[2];
    if (::pipe(alive) != 0 || ::pipe(told) != 0) throw std::runtime_error("no pipe");
    const pid_t child = ::fork();
    if (child < 0) throw std::runtime_error("no process");
    if (child == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      ::close(alive[1]);
      serve(alive[0], told[1]);
      ::_exit(0);
    }
    ::close(alive[0]);
    ::close(told[1]);
    alive_ = alive[1];
    std::string line;
    for (char c = 0; ::read(told[0], &c, 1) == 1 && c != '\n';) line += c;
    ::close(told[0]);
    port_ = std::stoi(line);
  }
  ~server_process() { ::close(alive_); }
  server_process(const server_process&) = delete;
  server_process& operator=(const server_process&) = delete;
  int port() const { return port_; }

 private:
  int alive_ = -1;
  int port_ = 0;
};

// The requests of one agent, as its model writes them.
std::vector<std::string> requests_of(const stook::tool& add, int port) {
  const stook::models::openai_dialect dialect("m", {.endpoint = {.stream = false}});
  std::vector<stook::message> said{stook::message::system(agent_step::system_prompt),
                                   stook::message::user(agent_step::user_prompt)};
  const std::vector<stook::tool> tools{add};
  std::vector<std::string> all;
  for (int step = 0; step < steps; ++step) {
    const std::string body = stook::models::write_request(dialect, {.messages = said, .tools = tools});
    all.push_back(fmt::format(
        "POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/json\r\n"
        "Accept: application/json\r\nContent-Length: {}\r\n\r\n{}",
        port, body.size(), body));
    const std::string id = agent_step::id_of(step);
    said.push_back(stook::message::assistant("", {{id, "add", agent_step::arguments_of(step)}}));
    said.push_back(stook::message::tool(id, "add", std::to_string(step + 2)));
  }
  return all;
}

stook::task<void> echo(const std::vector<std::string>& requests, const std::vector<std::string>& replies,
                       int port, int& ended) {
  tcp::socket s(co_await asio::this_coro::executor);
  const tcp::endpoint server(asio::ip::address_v4::loopback(), static_cast<std::uint16_t>(port));
  auto connecting = s.async_connect(server, asio::use_awaitable);
  co_await std::move(connecting);
  s.set_option(tcp::no_delay(true));
  std::string heard;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    auto writing = asio::async_write(s, asio::buffer(requests[i]), asio::use_awaitable);
    co_await std::move(writing);
    heard.resize(replies[i].size());
    auto reading = asio::async_read(s, asio::buffer(heard), asio::use_awaitable);
    co_await std::move(reading);
    if (heard != replies[i]) co_return;
  }
  ++ended;
}

void echo_all(const std::vector<std::string>& requests, int agents, int port) {
  const std::vector<std::string> replies = script();
  int ended = 0;
  asio::io_context io(1);
  for (int i = 0; i < agents; ++i) {
    asio::co_spawn(io, echo(requests, replies, port, ended), [](std::exception_ptr) {});
  }
  io.run();
  if (ended != agents) throw std::runtime_error(fmt::format("{} of {} echoes ended well", ended, agents));
}

// What a piece of work took.
struct cost {
  double wall = 0, cpu = 0;
};

template <typename Work>
cost cost_of(Work work) {
  const double cpu = process::cpu_seconds();
  const auto begin = std::chrono::steady_clock::now();
  work();
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
  return {wall.count(), process::cpu_seconds() - cpu};
}

void run_all(const stook::agent& agent, int agents, std::int64_t& sum) {
  sum = 0;
  int ended_well = 0;
  std::string why;
  asio::io_context io(1);
  stook::run_options options;
  for (int i = 0; i < agents; ++i) {
    asio::co_spawn(io, agent.async_run(agent_step::user_prompt, options),
                   [&](std::exception_ptr, const stook::answer& a) {
                     ended_well += a.ok() ? 1 : 0;
                     if (!a.ok()) why = a.reason;
                   });
  }
  io.run();
  if (ended_well != agents || sum != agents * agent_step::expected(steps - 1)) {
    throw std::runtime_error(
        fmt::format("{} of {} agents ended as they should; {}", ended_well, agents, why));
  }
}

void measure(int agents) {
  std::int64_t sum = 0;
  const server_process server;
  const auto model = stook::openai(
      "m", {.endpoint = {.base_url = fmt::format("http://127.0.0.1:{}/v1", server.port()), .stream = false}});
  const stook::tool add("add", "Adds two numbers.", stook::pure, [&sum](pair_of_numbers p) {
    sum += p.a + p.b;
    return p.a + p.b;
  });
  const stook::agent agent{
      {.name = "adder", .instructions = agent_step::system_prompt, .model = model, .tools = {add}}};
  run_all(agent, 3, sum);
  const long before = process::resident_kib();
  const cost ours = cost_of([&] { run_all(agent, agents, sum); });
  const long peak = process::peak_kib();
  const std::vector<std::string> requests = requests_of(add, server.port());
  echo_all(requests, 3, server.port());
  const cost bare = cost_of([&] { echo_all(requests, agents, server.port()); });
  const std::chrono::duration<double> ideal = steps * model_delay;
  fmt::print(
      R"({{"agents":{},"wall_seconds":{:.3f},"of_ideal":{:.3f},"cpu_seconds":{:.3f},"kib_per_agent":{:.1f},)"
      R"("echo_wall_seconds":{:.3f},"echo_cpu_seconds":{:.3f},"cpu_of_echo":{:.2f}}})"
      "\n",
      agents, ours.wall, ours.wall / ideal.count(), ours.cpu, static_cast<double>(peak - before) / agents,
      bare.wall, bare.cpu, ours.cpu / bare.cpu);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  ::signal(SIGPIPE, SIG_IGN);
  raise_descriptor_limit();
  try {
    if (argc == 2 && std::string_view(argv[1]) == "--serve") {
      serve(STDIN_FILENO, STDOUT_FILENO);
      return 0;
    }
    if (argc < 2) throw std::runtime_error("usage: bench_http_agents AGENTS... | --serve");
    for (int i = 1; i < argc; ++i) measure(std::max(1, std::atoi(argv[i])));
    return 0;
  } catch (const std::exception& e) {
    fmt::print(stderr, "bench_http_agents: {}\n", e.what());
    return 1;
  }
}
