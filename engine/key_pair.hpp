#pragma once
#include <string>
#include <string_view>

#include "base/result.hpp"

/// RSA keys that sign what is delivered, by OpenSSL. Source: shared/spec 6 (form and fingerprint of
/// a key); AWS API reference, PublicKey.
namespace trailpond::engine {

struct KeyPair {
  std::string fingerprint = {};  // MD5 of the public key, 32 hexadecimal digits
  std::string private_key = {};  // DER, base 64
  std::string public_key = {};   // PKCS#1, base 64
};

/// Makes a pair with 2,048 bits. Throws std::runtime_error.
KeyPair make_key_pair();

/// Reads the private key of a pair from PEM (PKCS#8 or PKCS#1, without a passphrase). The error is
/// a sentence for the user.
trailpond::Result<KeyPair, std::string> read_key_pair(const std::string& pem);

/// Signs a text: RSASSA-PKCS1-v1_5 with SHA-256; as many bytes as the key has. Throws
/// std::runtime_error.
std::string sign_text(const std::string& private_key, std::string_view text);

}  // namespace trailpond::engine
