// bench_http_round_trip [ROUNDS]: what a round trip over HTTP costs beside the same bytes over bare sockets.
// Client and server share one thread of one process; the server is the same for both, a loop that reads a
// request of a known length and writes a prepared reply, so that the difference is stook's client.
// Connections are kept. Each round measures both in turn; a ratio is formed inside a round.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "http/client.hpp"
#include "process.hpp"

namespace {

namespace asio = boost::asio;
namespace http = stook::http;
using asio::ip::tcp;

double cpu_us() { return process::cpu_seconds() * 1e6; }

void rethrow(std::exception_ptr e) {
  if (e) std::rethrow_exception(e);
}

// What travels, the same bytes both ways of measuring.
struct traffic {
  std::string body, request, reply;
};

traffic traffic_of(std::size_t bytes, std::uint16_t port) {
  traffic t;
  const auto filled = [](std::size_t all, std::size_t head) { return std::string(all - head, 'x'); };
  t.body = filled(bytes, 120);
  t.request = fmt::format(
      "POST /v1/x HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/json\r\nContent-Length: "
      "{}\r\n\r\n{}",
      port, t.body.size(), t.body);
  t.reply = fmt::format("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
                        t.body.size(), t.body);
  return t;
}

class server {
 public:
  explicit server(asio::io_context& io) : acceptor_(io, {asio::ip::address_v4::loopback(), 0}) {
    asio::co_spawn(io, accept(), [](std::exception_ptr) {});
  }
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  void serve(const traffic& t) { traffic_ = &t; }
  void close() { acceptor_.close(); }

 private:
  stook::task<void> accept() {
    for (;;) {
      boost::system::error_code ec;
      tcp::socket s = co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, ec));
      if (ec) co_return;
      s.set_option(tcp::no_delay(true));
      asio::co_spawn(acceptor_.get_executor(), talk(std::move(s)), [](std::exception_ptr) {});
    }
  }
  stook::task<void> talk(tcp::socket s) {
    std::string heard(traffic_->request.size(), '\0');
    const std::string& reply = traffic_->reply;
    for (;;) {
      boost::system::error_code ec;
      co_await asio::async_read(s, asio::buffer(heard), asio::redirect_error(asio::use_awaitable, ec));
      if (ec) co_return;
      co_await asio::async_write(s, asio::buffer(reply), asio::redirect_error(asio::use_awaitable, ec));
      if (ec) co_return;
    }
  }

  tcp::acceptor acceptor_;
  const traffic* traffic_ = nullptr;
};

// Connections that each make round trips, all at once.
class echo_client {
 public:
  echo_client(asio::io_context& io, std::uint16_t port, const traffic& t, int connections) : traffic_(t) {
    for (int i = 0; i < connections; ++i) {
      tcp::socket& s = sockets_.emplace_back(io);
      s.connect({asio::ip::address_v4::loopback(), port});
      s.set_option(tcp::no_delay(true));
      heard_.emplace_back(t.reply.size(), '\0');
    }
  }
  std::size_t connections() const { return sockets_.size(); }
  stook::task<void> run(std::size_t i, int trips) {
    std::string& heard = heard_[i];
    for (int n = 0; n < trips; ++n) {
      co_await asio::async_write(sockets_[i], asio::buffer(traffic_.request), asio::use_awaitable);
      co_await asio::async_read(sockets_[i], asio::buffer(heard), asio::use_awaitable);
    }
  }

 private:
  const traffic& traffic_;
  std::vector<tcp::socket> sockets_;
  std::vector<std::string> heard_;
};

class http_client {
 public:
  http_client(std::uint16_t port, const traffic& t, int connections)
      : connections_(static_cast<std::size_t>(connections)),
        client_({.idle_connections = connections_}),
        request_{.to = http::parse_url(fmt::format("http://127.0.0.1:{}/v1/x", port)),
                 .headers = {{"Content-Type", "application/json"}},
                 .body = t.body} {}
  std::size_t connections() const { return connections_; }
  stook::task<void> run(std::size_t, int trips) {
    for (int n = 0; n < trips; ++n) {
      auto sending = client_.async_send(request_);
      http::response reply = co_await std::move(sending);
      auto reading = reply.async_read_all();
      const std::string_view body = co_await std::move(reading);
      if (body.size() != request_.body.size()) throw std::runtime_error("a reply has another length");
    }
  }

 private:
  std::size_t connections_;
  http::client client_;
  http::request request_;
};

// CPU time of one round trip, client and server together.
template <typename Client>
double trip_us(asio::io_context& io, Client& client, int trips) {
  std::size_t left = client.connections();
  const double begin = cpu_us();
  for (std::size_t i = 0; i < client.connections(); ++i) {
    asio::co_spawn(io, client.run(i, trips), [&left](std::exception_ptr e) {
      --left;
      rethrow(e);
    });
  }
  while (left > 0) io.run_one();
  return (cpu_us() - begin) / static_cast<double>(client.connections()) / trips;
}

double median(std::vector<double> all) {
  std::sort(all.begin(), all.end());
  return all[all.size() / 2];
}

std::string spread(const std::vector<double>& all) {
  const auto [low, high] = std::minmax_element(all.begin(), all.end());
  return fmt::format("{:.2f} ({:.2f} to {:.2f})", median(all), *low, *high);
}

struct measured {
  std::vector<double> raw, ours;
};

measured measure(std::size_t bytes, int connections, int rounds) {
  asio::io_context io(1);
  server s(io);
  const traffic t = traffic_of(bytes, s.port());
  s.serve(t);
  echo_client raw(io, s.port(), t, connections);
  http_client ours(s.port(), t, connections);
  const int trips = connections == 1 ? 5'000 : 20;
  trip_us(io, raw, trips);
  trip_us(io, ours, trips);
  measured out;
  for (int i = 0; i < rounds; ++i) {
    out.raw.push_back(trip_us(io, raw, trips));
    out.ours.push_back(trip_us(io, ours, trips));
  }
  s.close();
  return out;
}

std::vector<double> ratios(const std::vector<double>& above, const std::vector<double>& below) {
  std::vector<double> out;
  for (std::size_t i = 0; i < above.size(); ++i) out.push_back(above[i] / below[i]);
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const int rounds = argc > 1 ? std::atoi(argv[1]) : 9;
    if (argc > 2 || rounds < 1) throw std::runtime_error("usage: bench_http_round_trip [ROUNDS]");
    fmt::print("| bytes each way | connections | echo, µs | stook, µs | ratio | to one connection |\n");
    fmt::print("|---:|---:|---:|---:|---:|---:|\n");
    for (const std::size_t bytes : {2'048, 65'536}) {
      std::vector<double> one;
      for (const int connections : {1, 1'000}) {
        const measured m = measure(bytes, connections, rounds);
        if (connections == 1) one = m.ours;
        fmt::print("| {} | {} | {} | {} | {} | {} |\n", bytes, connections, spread(m.raw), spread(m.ours),
                   spread(ratios(m.ours, m.raw)), connections == 1 ? "" : spread(ratios(m.ours, one)));
        std::fflush(stdout);
      }
    }
    return 0;
  } catch (const std::exception& e) {
    fmt::print(stderr, "bench_http_round_trip: {}\n", e.what());
    return 1;
  }
}
