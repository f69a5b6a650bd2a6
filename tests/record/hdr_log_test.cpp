// docs/run-folder.md tells how to read a log with HdrHistogram's own tools; here a decoder by the format's description
// stands in for them.
#include <gtest/gtest.h>
#include <zlib.h>

#include "harness/record/run_folder.hpp"

namespace pgrehearse::record {
namespace {

using namespace std::chrono_literals;

Record small_record() {
  Record record;
  record.manifest.wall_start_s = 1767323045.5;
  Window later{.pass = "traffic", .script = "read, all", .start = 200ms, .end = 400ms};
  later.within.response.record(1500us, 3);
  later.outlived.response.record(2s);
  later.carried.response.record(5s);
  Window first{.pass = "traffic", .script = "write", .start = 0ms, .end = 200ms};
  for (int i = 1; i <= 1000; ++i) first.within.response.record(i * 37us);
  Window idle{.pass = "traffic", .script = "idle", .start = 0ms, .end = 200ms};
  record.windows = {later, first, idle};
  return record;
}

TEST(HdrLog, HasTheHeaderAndOneLineAWindowInOrder) {
  const std::string log = to_hdr_log(small_record());
  EXPECT_NE(log.find("#[Histogram log format version 1.3]\n"), std::string::npos);
  EXPECT_NE(log.find("#[StartTime: 1767323045.500 (seconds since epoch), Fri Jan 02 03:04:05 UTC 2026]\n"),
            std::string::npos);
  const auto write = log.find("Tag=write:traffic,0.000,0.200,37.000,HISTFAAA");
  const auto read = log.find("Tag=read__all:traffic,0.200,0.200,2000.000,HISTFAAA");
  ASSERT_NE(write, std::string::npos);
  ASSERT_NE(read, std::string::npos);
  EXPECT_LT(write, read);
  EXPECT_EQ(log.find("idle"), std::string::npos);
}

std::string from_base64(std::string_view text) {
  const std::string digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  std::uint32_t bits = 0;
  int held = 0;
  for (char c : text) {
    if (c == '=') break;
    bits = bits << 6 | static_cast<std::uint32_t>(digits.find(c));
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes += static_cast<char>(bits >> held & 0xff);
  }
  return bytes;
}

std::uint64_t big_endian(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint64_t value = 0;
  for (char c : bytes.substr(at, size)) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

std::string unpack(const std::string& packed) {
  EXPECT_EQ(big_endian(packed, 0, 4), 0x1c849314u);
  EXPECT_EQ(big_endian(packed, 4, 4), packed.size() - 8);
  std::string plain(1 << 20, '\0');
  uLongf size = plain.size();
  EXPECT_EQ(::uncompress(reinterpret_cast<Bytef*>(plain.data()), &size,
                         reinterpret_cast<const Bytef*>(packed.data()) + 8, packed.size() - 8),
            Z_OK);
  plain.resize(size);
  return plain;
}

std::vector<std::pair<std::uint32_t, std::uint64_t>> decode(std::string_view plain) {
  EXPECT_EQ(big_endian(plain, 0, 4), 0x1c849313u);
  EXPECT_EQ(big_endian(plain, 4, 4), plain.size() - 40);
  EXPECT_EQ(big_endian(plain, 12, 4), 3u);
  std::vector<std::pair<std::uint32_t, std::uint64_t>> buckets;
  std::uint32_t bucket = 0;
  for (std::size_t at = 40; at < plain.size();) {
    std::uint64_t raw = 0;
    for (int byte = 0;; ++byte) {
      const auto c = static_cast<unsigned char>(plain[at++]);
      raw |= static_cast<std::uint64_t>(byte == 8 ? c : c & 0x7f) << (7 * byte);
      if (byte == 8 || c < 0x80) break;
    }
    const auto number = static_cast<std::int64_t>(raw >> 1) ^ -static_cast<std::int64_t>(raw & 1);
    if (number > 0) buckets.emplace_back(bucket, number);
    bucket += number < 0 ? static_cast<std::uint32_t>(-number) : 1;
  }
  return buckets;
}

TEST(HdrLog, HoldsTheBucketsOfTheResponses) {
  Record record;
  Window window{.pass = "traffic", .script = "s", .start = 0s, .end = 1s};
  // Neighbours, gaps of one and of many buckets, counts of one to nine bytes, the first bucket and the last.
  window.within.response.record(0s);
  window.within.response.record(1us, 63);
  window.within.response.record(3us, 64);
  window.within.response.record(2ms, 1'000'000);
  window.outlived.response.record(30s, std::uint64_t{1} << 40);
  window.outlived.response.record(std::chrono::microseconds(Histogram::largest_us), std::uint64_t{1} << 62);
  record.windows = {window};
  Histogram all = window.within.response;
  all.merge(window.outlived.response);

  std::string log = to_hdr_log(record);
  log.pop_back();
  EXPECT_EQ(decode(unpack(from_base64(log.substr(log.rfind(',') + 1)))), all.buckets());
}

}  // namespace
}  // namespace pgrehearse::record
