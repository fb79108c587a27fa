#pragma once

// Certificates are made by the tests, so that none expires in the repository.

#include <memory>
#include <stdexcept>
#include <string>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace certificates {

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

/// Signed by `issuer`, or by itself; valid from yesterday for `days` days from now.
inline identity issue(const std::string& name, const std::string& alternative_name, const identity* issuer,
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
    if (!e) throw std::runtime_error("no extension of a certificate: " + value);
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
inline std::string pem_of(X509* c) {
  return pem([&](BIO* out) { PEM_write_bio_X509(out, c); });
}
inline std::string pem_of(EVP_PKEY* k) {
  return pem([&](BIO* out) { PEM_write_bio_PrivateKey(out, k, nullptr, nullptr, 0, nullptr, nullptr); });
}

}  // namespace certificates
