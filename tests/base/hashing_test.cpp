#include "base/hashing.hpp"

#include <doctest/doctest.h>
#include <openssl/evp.h>

#include "base/text.hpp"

using namespace trailpond;

// RFC 6234 (SHA-256 of "abc") and RFC 4231, test case 2.
TEST_CASE("hashes and codes are those of their RFCs") {
  CHECK(hexadecimal(hash(EVP_sha256(), "abc").bytes(), kLowerHexDigits) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(hexadecimal(hmac(EVP_sha256(), "Jefe", "what do ya want for nothing?").bytes(),
                    kLowerHexDigits) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}
