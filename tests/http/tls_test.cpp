// Certificates are made here, so that none expires in the repository.
#include "http/client.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>

#include <doctest/doctest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>

namespace asio = boost::asio;
namespace http = stook::http;

namespace {

template <auto Free>
struct freed {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
using key_handle = std::unique_ptr<EVP_PKEY, freed<EVP_PKEY_free>>;
using certificate_handle = std::unique_ptr<X509, freed<X509_free>>;

struct identity {
  key_handle key;
  certificate_handle certificate;
};

// Signed by `issuer`, or by itself; valid from yesterday for `days` days from now.
identity issue(const std::string& name, const std::string& alternative_name, const identity* issuer,
               int days) {
  identity made;
  made.key.reset(EVP_EC_gen("P-256"));
  X509* c = X509_new();
  made.certificate.reset(c);
  X509_set_version(c, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(c), issuer ? 2 : 1);
  X509_gmtime_adj(X509_getm_notBefore(c), -2 * 86400);
  X509_gmtime_adj(X509_getm_notAfter(c), days * 86400L);
  X509_set_pubkey(c, made.key.get());
  X509_NAME_add_entry_by_txt(X509_get_subject_name(c), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  X509_set_issuer_name(c, X509_get_subject_name(issuer ? issuer->certificate.get() : c));
  const auto extend = [&](int what, const std::string& value) {
    std::unique_ptr<X509_EXTENSION, freed<X509_EXTENSION_free>> e(
        X509V3_EXT_conf_nid(nullptr, nullptr, what, value.c_str()));
    REQUIRE(e);
    X509_add_ext(c, e.get(), -1);
  };
  extend(NID_basic_constraints, issuer ? "CA:FALSE" : "critical,CA:TRUE");
  if (!alternative_name.empty()) extend(NID_subject_alt_name, alternative_name);
  X509_sign(c, issuer ? issuer->key.get() : made.key.get(), EVP_sha256());
  return made;
}

template <typename Write>
std::string pem(Write write) {
  const std::unique_ptr<BIO, freed<BIO_free>> out(BIO_new(BIO_s_mem()));
  write(out.get());
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}
std::string pem_of(X509* c) {
  return pem([&](BIO* out) { PEM_write_bio_X509(out, c); });
}
std::string pem_of(EVP_PKEY* k) {
  return pem([&](BIO* out) { PEM_write_bio_PrivateKey(out, k, nullptr, nullptr, 0, nullptr, nullptr); });
}

/// Serves one connection with this identity.
class tls_server {
 public:
  explicit tls_server(const identity& who)
      : acceptor_(io_, {asio::ip::make_address("127.0.0.1"), 0}), tls_(asio::ssl::context::tls_server) {
    const std::string certificate = pem_of(who.certificate.get()), key = pem_of(who.key.get());
    tls_.use_certificate_chain(asio::buffer(certificate));
    tls_.use_private_key(asio::buffer(key), asio::ssl::context::pem);
    thread_ = std::thread([this] { serve(); });
  }
  ~tls_server() { thread_.join(); }
  http::url at(const std::string& host) const {
    return {.tls = true, .host = host, .port = acceptor_.local_endpoint().port(), .target = "/"};
  }
  std::string heard;

 private:
  void serve() {
    asio::ssl::stream<asio::ip::tcp::socket> s(acceptor_.accept(), tls_);
    boost::system::error_code ec;
    s.handshake(asio::ssl::stream_base::server, ec);
    if (!ec) asio::read_until(s, asio::dynamic_buffer(heard), "\r\n\r\n", ec);
    if (!ec) asio::write(s, asio::buffer(std::string("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")), ec);
    s.next_layer().close(ec);
  }

  asio::io_context io_;
  asio::ip::tcp::acceptor acceptor_;
  asio::ssl::context tls_;
  std::thread thread_;
};

struct temporary_file {
  explicit temporary_file(const std::string& text)
      : path((std::filesystem::temp_directory_path() / ("stook-ca-" + std::to_string(::getpid()) + ".pem"))
                 .string()) {
    std::ofstream(path) << text;
  }
  ~temporary_file() { std::remove(path.c_str()); }
  std::string path;
};

stook::task<void> fetch(const http::client& c, const http::request& r, std::string& out) {
  try {
    auto sending = c.async_send(r);
    http::response reply = co_await std::move(sending);
    auto reading = reply.async_read_all();
    out = co_await std::move(reading);
  } catch (const stook::error& e) {
    out = e.code() + ": " + e.what();
  }
}

std::string get(const http::client& c, const http::url& from) {
  asio::io_context io(1);
  const http::request r{.method = "GET", .to = from};
  std::string out;
  asio::co_spawn(io, fetch(c, r, out), [](std::exception_ptr e) { CHECK_FALSE(e); });
  io.run();
  return out;
}

}  // namespace

TEST_CASE("a server is trusted by its authority, its name and its dates, and by nothing else") {
  const identity authority = issue("test authority", "", nullptr, 10);
  const identity other_authority = issue("another authority", "", nullptr, 10);
  const temporary_file ca(pem_of(authority.certificate.get()));
  const http::client client({.ca_file = ca.path});
  SUBCASE("right name") {
    const identity right = issue("localhost", "DNS:localhost", &authority, 10);
    const tls_server s(right);
    CHECK(get(client, s.at("localhost")) == "ok");
  }
  SUBCASE("right address") {
    const identity right = issue("local", "IP:127.0.0.1", &authority, 10);
    const tls_server s(right);
    CHECK(get(client, s.at("127.0.0.1")) == "ok");
  }
  SUBCASE("wrong name") {
    const identity wrong = issue("example.com", "DNS:example.com", &authority, 10);
    const tls_server s(wrong);
    CHECK(get(client, s.at("localhost")).starts_with("http.tls: "));
    CHECK(s.heard == "");
  }
  SUBCASE("expired") {
    const identity old = issue("localhost", "DNS:localhost", &authority, -1);
    const tls_server s(old);
    const std::string out = get(client, s.at("localhost"));
    CHECK(out.starts_with("http.tls: "));
    CHECK(out.find("expired") != std::string::npos);
  }
  SUBCASE("self-signed") {
    const identity self = issue("localhost", "DNS:localhost", nullptr, 10);
    const tls_server s(self);
    CHECK(get(client, s.at("localhost")).starts_with("http.tls: "));
  }
  SUBCASE("of another authority") {
    const identity foreign = issue("localhost", "DNS:localhost", &other_authority, 10);
    const tls_server s(foreign);
    CHECK(get(client, s.at("localhost")).starts_with("http.tls: "));
  }
  SUBCASE("by the system's authorities") {
    const identity right = issue("localhost", "DNS:localhost", &authority, 10);
    const tls_server s(right);
    CHECK(get(http::client(), s.at("localhost")).starts_with("http.tls: "));
  }
}

TEST_CASE("a file of authorities that cannot be read is named at once") {
  CHECK_THROWS_WITH_AS(http::client({.ca_file = "/no/such/file.pem"}), doctest::Contains("/no/such/file.pem"),
                       stook::error);
}
