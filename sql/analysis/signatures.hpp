#pragma once
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sql/types/type_patterns.hpp"

/// Which overload a call means.
namespace trailpond::sql {

/// Types that a signature took on for one call.
struct SignatureMatch {
  std::vector<TypePointer> arguments;
  TypePointer result = nullptr;
  int coercions = 0;
};

/// An argument as far as it is known before the overload is chosen: its type, or that it is a
/// lambda with so many parameters.
struct ArgumentShape {
  TypePointer type = nullptr;
  std::int32_t lambda_parameters = -1;
};

/// Finds the type of a lambda's body once its parameters' types are known.
using LambdaTyper =
    std::function<TypePointer(std::size_t argument, std::span<const TypePointer> parameters)>;

/// Fits the arguments into a signature; nullopt when they do not.
std::optional<SignatureMatch> match_signature(const Signature& signature,
                                              std::span<const ArgumentShape> arguments,
                                              const LambdaTyper& type_lambda);

/// Prints a signature for the message "Unexpected parameters … Expected: …".
std::string print_signature(std::string_view name, const Signature& signature);

}  // namespace trailpond::sql
