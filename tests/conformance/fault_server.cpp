#include "fault_server.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include <fmt/format.h>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/stream.hpp>

#include "support/certificates.hpp"

namespace conformance {
namespace {

namespace asio = boost::asio;

constexpr std::size_t split_bytes = 64 * 1024;  // of a longer body not each byte travels alone

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return std::tolower(x) == std::tolower(y); });
}

bool has(const exchange& e, std::string_view name) {
  return std::any_of(e.headers.begin(), e.headers.end(),
                     [&](const auto& h) { return same_name(h.first, name); });
}

std::string header_of(const std::string& head, std::string_view name) {
  for (std::size_t from = 0, at; (at = head.find("\r\n", from)) != std::string::npos; from = at + 2) {
    const std::string_view line = std::string_view(head).substr(from, at - from);
    const auto colon = line.find(": ");
    if (colon != std::string_view::npos && same_name(line.substr(0, colon), name)) {
      return std::string(line.substr(colon + 2));
    }
  }
  return {};
}

// A server that is not careful says in its error what it was sent: the key.
std::string body_of_error(int status, const heard_request& request) {
  return fmt::format(R"({{"error":{{"message":"no answer for \"{}\"","type":"error_{}"}}}})",
                     header_of(request.head, "Authorization"), status);
}

enum class framing { length, chunks, until_close };

framing framing_of(const exchange& e, transport way) {
  if (has(e, "Content-Length") || has(e, "Transfer-Encoding")) return framing::until_close;
  if (e.what == exchange::act::flood) return framing::chunks;
  const bool is_stream = e.body && e.body->type == "text/event-stream";
  if (!is_stream) return framing::length;
  return way == transport::split && e.ends != exchange::ending::whole ? framing::until_close
                                                                      : framing::chunks;
}

std::string head_of(const exchange& e, framing how, std::size_t length) {
  std::string head = fmt::format("HTTP/1.1 {} X\r\n", e.status);
  for (const auto& [name, value] : e.headers) head += fmt::format("{}: {}\r\n", name, value);
  const std::string type = e.body ? e.body->type : "application/json";
  if (!has(e, "Content-Type")) head += fmt::format("Content-Type: {}\r\n", type);
  if (how == framing::length) head += fmt::format("Content-Length: {}\r\n", length);
  if (how == framing::chunks) head += "Transfer-Encoding: chunked\r\n";
  if (how == framing::until_close && !has(e, "Content-Length")) head += "Connection: close\r\n";
  return head + "\r\n";
}

std::string chunk_of(std::string_view bytes) { return fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes); }

// Says the bytes in pieces of `size`, each in a write of its own.
bool say_in_pieces(fake::peer& p, std::string_view bytes, std::size_t size, bool as_chunks) {
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, size);
    if (!(as_chunks ? p.say(chunk_of(piece)) : p.say(piece))) return false;
    bytes.remove_prefix(piece.size());
  }
  return true;
}

}  // namespace

fault_server::fault_server(fault_script script, transport way)
    : script_(std::move(script)),
      way_(way),
      server_([this](fake::peer& p, int n) { tls_ ? talk_tls(p, n) : talk(p, n); },
              fake::server::serving::at_once) {
  if (!script_.tls.empty()) make_identity();
  if (!stays_open()) server_.refuse();
}

fault_server::~fault_server() {
  if (!ca_file_.empty()) std::remove(ca_file_.c_str());
}

std::string fault_server::base_url() const {
  return fmt::format("{}://127.0.0.1:{}/v1", tls_ ? "https" : "http", server_.port());
}

void fault_server::make_identity() {
  const bool is_signed = script_.tls != "self_signed";
  const certificates::identity authority = certificates::issue("authority of a test", "", nullptr, 10);
  const certificates::identity other = certificates::issue("authority of nobody", "", nullptr, 10);
  const certificates::identity* issuer = script_.tls == "untrusted" ? &other : &authority;
  const std::string name = script_.tls == "wrong_name" ? "DNS:example.com" : "IP:127.0.0.1";
  const certificates::identity own = certificates::issue(
      "server of a test", name, is_signed ? issuer : nullptr, script_.tls == "expired" ? -1 : 10);
  auto context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
  const std::string certificate = certificates::pem_of(own.certificate.get());
  const std::string key = certificates::pem_of(own.key.get());
  context->use_certificate_chain(asio::buffer(certificate));
  context->use_private_key(asio::buffer(key), asio::ssl::context::pem);
  ca_file_ = (std::filesystem::temp_directory_path() /
              fmt::format("stook-authority-{}-{}.pem", ::getpid(), server_.port()))
                 .string();
  std::ofstream(ca_file_) << certificates::pem_of(authority.certificate.get());
  tls_ = std::move(context);
}

void fault_server::note_refused() {
  {
    const std::lock_guard lock(mutex_);
    if (next_ >= script_.exchanges.size() || script_.exchanges[next_].what != exchange::act::refuse) return;
    ++played_.refused;
    ++next_;
    if (next_ < script_.exchanges.size() && script_.exchanges[next_].what == exchange::act::refuse) return;
  }
  server_.accept_again();
}

bool fault_server::plays_last() const {
  const std::lock_guard lock(mutex_);
  return next_ >= script_.exchanges.size();
}

bool fault_server::wants_kill() {
  const std::lock_guard lock(mutex_);
  return std::exchange(wants_kill_, false);
}

played fault_server::so_far() const {
  const std::lock_guard lock(mutex_);
  return played_;
}

std::optional<exchange> fault_server::take(heard_request request) {
  const std::lock_guard lock(mutex_);
  if (std::find(spoilt_.begin(), spoilt_.end(), request.connection) != spoilt_.end())
    played_.reused_spoilt = true;
  const int connection = request.connection;
  played_.requests.push_back(std::move(request));
  if (next_ >= script_.exchanges.size()) {
    played_.script_was_over = true;
    return std::nullopt;
  }
  const exchange& e = script_.exchanges[next_++];
  wants_kill_ = e.kills_client;
  if (e.spoils_line) spoilt_.push_back(connection);
  return e;
}

bool fault_server::stays_open() {
  const std::lock_guard lock(mutex_);
  bool open = true;
  for (; next_ < script_.exchanges.size(); ++next_) {
    const exchange::act due = script_.exchanges[next_].what;
    if (due == exchange::act::refuse) return false;
    if (due != exchange::act::close_idle) break;
    open = played_.requests.empty();  // before the first request there is nothing to close
    if (!open) {
      ++next_;
      break;
    }
  }
  return open;
}

void fault_server::talk_tls(fake::peer& p, int number) {
  asio::ssl::stream<asio::ip::tcp::socket&> stream(p.socket, *tls_);
  boost::system::error_code ec;
  stream.handshake(asio::ssl::stream_base::server, ec);
  // Who trusts this server, and asks it, has lost the case.
  char byte = 0;
  if (!ec && asio::read(stream, asio::buffer(&byte, 1), ec) == 1) {
    static_cast<void>(take({.head = "a request over TLS", .body = "{}", .connection = number}));
  }
}

void fault_server::talk(fake::peer& p, int number) {
  p.socket.set_option(asio::ip::tcp::no_delay(true));
  for (;;) {
    std::string heard = p.hear();
    if (heard.empty()) return;
    const std::size_t head = heard.find("\r\n\r\n") + 4;
    heard_request request{heard.substr(0, head), heard.substr(head), number};
    const std::optional<exchange> due = take(request);
    if (!due) {
      const std::string body = R"({"error":{"message":"the script is over"}})";
      p.say(fake::reply(body, "Content-Type: application/json\r\n", 400));
      continue;
    }
    if (!play(p, *due, request)) return;
    if (!stays_open()) {
      const bool refuses = !plays_last();
      p.socket.close();
      const std::lock_guard lock(mutex_);
      if (refuses && script_.exchanges[next_].what == exchange::act::refuse) server_.refuse();
      return;
    }
  }
}

bool fault_server::play(fake::peer& p, const exchange& e, const heard_request& request) {
  if (e.delay.count() > 0 && p.closes_within(e.delay)) return false;
  if (e.what == exchange::act::hang && e.hangs == exchange::place::before_head) {
    p.wait_for_close();
    return false;
  }
  const framing how = framing_of(e, way_);
  std::string body = e.body ? e.body->bytes : body_of_error(e.status, request);
  const bool never_whole = e.what == exchange::act::hang || e.what == exchange::act::drip;
  if (never_whole) body.assign(std::size_t{1} << 20U, ' ');
  if (!p.say(head_of(e, how, body.size()))) return false;
  switch (e.what) {
    case exchange::act::hang:
      if (e.hangs == exchange::place::in_body) p.say(body.substr(0, 100));
      p.wait_for_close();
      return false;
    case exchange::act::drip:
      for (const char& byte : body) {
        if (!p.say({&byte, 1}) || p.closes_within(e.drip)) return false;
      }
      return false;
    case exchange::act::flood:
      return play_flood(p, e);
    default:
      return play_body(p, e, body);
  }
}

bool fault_server::play_body(fake::peer& p, const exchange& e, const std::string& whole) {
  const framing how = framing_of(e, way_);
  const bool is_cut = e.ends != exchange::ending::whole;
  const std::string_view body = std::string_view(whole).substr(0, is_cut ? e.kept : whole.size());
  const bool is_stream = e.body && e.body->type == "text/event-stream";
  std::size_t piece = is_stream ? 4096 : std::max<std::size_t>(1, body.size());
  if (way_ == transport::split && is_stream) piece = body.size() <= split_bytes ? 1 : 997;
  if (e.piece_bytes > 0) piece = e.piece_bytes;
  if (e.drip.count() > 0) {
    for (const char& byte : body) {
      if (!say_in_pieces(p, {&byte, 1}, 1, how == framing::chunks) || p.closes_within(e.drip)) return false;
    }
  } else if (!say_in_pieces(p, body, piece, how == framing::chunks)) {
    return false;
  }
  if (e.ends == exchange::ending::rst) p.reset();
  if (e.ends == exchange::ending::stall) p.wait_for_close();
  if (is_cut || how == framing::until_close) return false;
  return how == framing::chunks ? p.say("0\r\n\r\n") : true;
}

bool fault_server::play_flood(fake::peer& p, const exchange& e) {
  std::string block;
  while (block.size() < split_bytes) block += e.flood_repeats;
  std::uint64_t left = e.flood_bytes;
  if (!e.flood_begins.empty() && !p.say(chunk_of(e.flood_begins))) return false;
  while (left > 0) {
    const std::size_t size = static_cast<std::size_t>(std::min<std::uint64_t>(left, block.size()));
    if (!p.say(chunk_of(std::string_view(block).substr(0, size)))) return false;
    left -= size;
  }
  return p.say("0\r\n\r\n");
}

}  // namespace conformance
