// Strings of bits: bytea, uuid, bit and varbit, network addresses. Binary forms: bytearecv, uuid_recv, bit_recv,
// network_recv and macaddr_recv (src/backend/utils/adt).
#include <fmt/compile.h>
#include <fmt/format.h>

#include <algorithm>

#include "generators/uuid.hpp"
#include "generators/values.hpp"

namespace pgrehearse::generators {
namespace {

void append_hex(const unsigned char* bytes, std::size_t size, std::string& out, char between = '\0') {
  for (std::size_t i = 0; i < size; ++i) {
    if (i > 0 && between != '\0') out += between;
    out += kHexDigits[bytes[i] >> 4];
    out += kHexDigits[bytes[i] & 15];
  }
}

class Uuids final : public Values {
 public:
  explicit Uuids(base::Seed seed) : seed_(seed) {}
  std::uint64_t size() const override { return kPlenty; }
  void binary(std::uint64_t number, Output& out) const override {
    auto bytes = uuid_bytes(seed_, number);
    out.append({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }
  void text(std::uint64_t number, std::string& out) const override {
    char text[36];
    write_uuid(uuid_bytes(seed_, number), text);
    out.append(text, sizeof text);
  }

 private:
  base::Seed seed_;
};

// Eight bytes that are the number, shuffled, then noise up to a length of its own. Shorter ones are the number alone.
class Bytes final : public Values {
 public:
  Bytes(std::size_t shortest, std::size_t longest, base::Seed seed)
      : shortest_(shortest), longest_(longest), seed_(seed) {}
  std::uint64_t size() const override { return longest_ >= 8 ? kPlenty : std::uint64_t{1} << (8 * longest_); }
  void binary(std::uint64_t number, Output& out) const override {
    if (longest_ < 8) {
      for (std::size_t left = longest_; left > 0; --left)
        out.put(static_cast<std::uint8_t>(number >> (8 * (left - 1))));
      return;
    }
    std::size_t size = shortest_ + seed_.below(number, longest_ - shortest_ + 1);
    char* to = out.room(size + 8);
    std::uint64_t word = base::mix64(number ^ seed_.value);
    for (std::size_t at = 0; at < size; at += 8, word = base::mix64(word)) std::memcpy(to + at, &word, 8);
    out.advance(size);
  }
  void text(std::uint64_t number, std::string& out) const override {
    std::string bytes = encoded([&](Output& end) { binary(number, end); });
    out += "\\x";
    append_hex(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), out);
  }

 private:
  std::size_t shortest_, longest_;
  base::Seed seed_;
};

// The number's lowest bits, after zeros.
class BitStrings final : public Values {
 public:
  explicit BitStrings(std::size_t length) : length_(length) {}
  std::uint64_t size() const override { return length_ >= 62 ? kPlenty : std::uint64_t{1} << length_; }
  void binary(std::uint64_t number, Output& out) const override {
    out.put(static_cast<std::int32_t>(length_));
    for (std::size_t at = 0; at < length_; at += 8) {
      unsigned byte = 0;
      for (std::size_t i = at; i < at + 8; ++i) byte = byte << 1 | (i < length_ ? bit(number, i) : 0u);
      out.put(static_cast<std::uint8_t>(byte));
    }
  }
  void text(std::uint64_t number, std::string& out) const override {
    for (std::size_t i = 0; i < length_; ++i) out += bit(number, i) != 0 ? '1' : '0';
  }

 private:
  unsigned bit(std::uint64_t number, std::size_t at) const {
    std::size_t shift = length_ - 1 - at;
    return shift >= 64 ? 0u : static_cast<unsigned>(number >> shift & 1);
  }
  std::size_t length_;
};

// IPv4 from 10.0.0.0 on; networks are /24 in distinct steps.
class Addresses final : public Values {
 public:
  explicit Addresses(bool network) : network_(network) {}
  std::uint64_t size() const override { return network_ ? 1u << 24 : std::uint64_t{1} << 32; }
  void binary(std::uint64_t number, Output& out) const override {
    out.put<std::uint8_t>(2);  // PGSQL_AF_INET
    out.put<std::uint8_t>(network_ ? 24 : 32);
    out.put<std::uint8_t>(network_ ? 1 : 0);
    out.put<std::uint8_t>(4);
    out.put(address(number));
  }
  void text(std::uint64_t number, std::string& out) const override {
    std::uint32_t a = address(number);
    fmt::format_to(std::back_inserter(out), FMT_COMPILE("{}.{}.{}.{}"), a >> 24, a >> 16 & 255, a >> 8 & 255, a & 255);
    if (network_) out += "/24";
  }

 private:
  std::uint32_t address(std::uint64_t number) const {
    return 0x0a000000u + (static_cast<std::uint32_t>(number) << (network_ ? 8 : 0));
  }
  bool network_;
};

// Locally administered: 02:...
class HardwareAddresses final : public Values {
 public:
  explicit HardwareAddresses(std::size_t bytes) : bytes_(bytes) {}
  std::uint64_t size() const override { return std::uint64_t{1} << 40; }
  void binary(std::uint64_t number, Output& out) const override {
    auto all = address(number);
    out.append({reinterpret_cast<const char*>(all.data()), bytes_});
  }
  void text(std::uint64_t number, std::string& out) const override {
    append_hex(address(number).data(), bytes_, out, ':');
  }

 private:
  std::array<unsigned char, 8> address(std::uint64_t number) const {
    std::array<unsigned char, 8> all{2};
    for (std::size_t i = 1; i < bytes_; ++i) all[i] = static_cast<unsigned char>(number >> (8 * (bytes_ - 1 - i)));
    return all;
  }
  std::size_t bytes_;
};

ValuesPtr make_bytes(const Wanted& wanted) {
  auto shortest = static_cast<std::size_t>(std::max(wanted.limits->length_minimum.value_or(0), 0));
  auto longest = static_cast<std::size_t>(std::max(wanted.limits->length_maximum.value_or(64), 0));
  if (longest < shortest) longest = shortest;
  if (longest >= 8) shortest = std::max<std::size_t>(shortest, 8);
  return std::make_unique<Bytes>(shortest, longest, wanted.seed);
}

}  // namespace

ValuesPtr make_bits(const Wanted& wanted) {
  switch (wanted.type->kind) {
    case Kind::uuid:
      return std::make_unique<Uuids>(wanted.seed);
    case Kind::bytea:
      return make_bytes(wanted);
    case Kind::bit:
      return std::make_unique<BitStrings>(static_cast<std::size_t>(wanted.type->length.value_or(1)));
    case Kind::varbit:
      return std::make_unique<BitStrings>(static_cast<std::size_t>(wanted.type->length.value_or(32)));
    case Kind::macaddr:
      return std::make_unique<HardwareAddresses>(6);
    case Kind::macaddr8:
      return std::make_unique<HardwareAddresses>(8);
    default:
      return std::make_unique<Addresses>(wanted.type->kind == Kind::cidr);
  }
}

}  // namespace pgrehearse::generators
