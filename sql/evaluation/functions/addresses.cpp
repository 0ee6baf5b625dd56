#include "sql/values/addresses.hpp"

#include <charconv>
#include <random>

#include "sql/evaluation/tables.hpp"

/// IP addresses and UUIDs. Sources: https://trino.io/docs/current/functions/ipaddress.html,
/// https://trino.io/docs/current/functions/uuid.html
namespace trailpond::sql {
namespace {

using Arguments = std::span<const Value>;

/// A network in CIDR notation: an address and how many of its bits name the network.
struct Network {
  AddressBytes address;
  int prefix_bits;  // of the 128
};

constexpr int kAddressBits = 128;

bool bit_is_set(std::string_view bytes, int bit) {
  return (static_cast<unsigned char>(bytes[static_cast<std::size_t>(bit / 8)]) >> (7 - bit % 8)) &
         1;
}

/// Reads a network as Trino does: in an IPv4 network no bit behind the prefix may be set.
Result<Network> parse_network(std::string_view text) {
  const auto refuse = [](const char* message) {
    return Error{ErrorName::kInvalidFunctionArgument, message, {}};
  };
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return refuse("Invalid CIDR");
  const std::string_view host = text.substr(0, slash);
  const auto address = parse_ip_address(host);
  if (!address) return refuse("Invalid network IP address");
  std::string_view digits = text.substr(slash + 1);
  if (digits.starts_with('+')) digits.remove_prefix(1);
  int prefix = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
  if (parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size() || prefix < 0)
    return refuse("Invalid prefix length");
  // A mapped IPv4 address that is written as IPv6 has the prefix of IPv6.
  const bool ipv4 = host.find(':') == std::string_view::npos;
  const int offset = ipv4 ? 96 : 0;
  if (prefix > kAddressBits - offset) return refuse("Invalid CIDR");
  const Network network{*address, prefix + offset};
  for (int bit = network.prefix_bits; ipv4 && bit < kAddressBits; ++bit) {
    if (bit_is_set({address->data(), address->size()}, bit)) return refuse("Invalid CIDR");
  }
  return network;
}

Result<CallState> prepare_network(const Bound& node) {
  const Bound& text = *node.children[0];
  if (text.kind != BoundKind::kLiteral || text.literal.is_null()) return CallState();
  const auto network = parse_network(text.literal.text());
  if (!network) return CallState();  // Trino finds it when the query runs
  return CallState(std::make_shared<const Network>(*network));
}

Value contains(Evaluation& evaluation, const Bound& node, Arguments a) {
  Network network{};
  if (node.state != nullptr) {
    network = *static_cast<const Network*>(node.state.get());
  } else {
    const auto parsed = parse_network(a[0].text());
    if (!parsed) return evaluation.fail(parsed.error().name, parsed.error().message);
    network = *parsed;
  }
  const std::string_view wanted(network.address.data(), network.address.size());
  const std::string_view address = a[1].text();
  const auto whole_bytes = static_cast<std::size_t>(network.prefix_bits / 8);
  bool inside = address.substr(0, whole_bytes) == wanted.substr(0, whole_bytes);
  for (int bit = network.prefix_bits / 8 * 8; inside && bit < network.prefix_bits; ++bit)
    inside = bit_is_set(wanted, bit) == bit_is_set(address, bit);
  return Value::of_boolean(inside);
}

/// A random UUID (version 4, variant 1 of RFC 4122).
Value uuid(Evaluation& evaluation, const Bound&, Arguments) {
  thread_local std::mt19937_64 engine{std::random_device{}()};
  const AddressBytes bytes = bytes_of(version_4({engine(), engine()}));
  return evaluation.text({bytes.data(), bytes.size()});
}

const Function kRows[] = {
    {"contains", "varchar, ipaddress", "boolean", contains, kMayFail,
     "Whether a network in CIDR notation has an address.",
     "contains('10.0.0.0/8', ipaddress '10.1.2.3')", prepare_network},
    {"uuid", "", "uuid", uuid, kNondeterministic, "A random UUID.",
     "length(CAST(uuid() AS varchar)) = 36"},
};

}  // namespace

std::span<const Function> address_functions() { return kRows; }

}  // namespace trailpond::sql
