// latency.hlog, for the tools that read HdrHistogram logs. Log format 1.3 is HistogramLogWriter's of the Java
// HdrHistogram 2.1.12; the histogram in each line is its V2 compressed encoding (AbstractHistogram.java,
// encodeIntoCompressedByteBuffer): big-endian headers, counts as ZigZag LEB128 with runs of zeros as negative numbers,
// zlib, base64. Our buckets are those of HdrHistogram with 3 significant digits and lowest value 1, so that the counts
// need no conversion.
#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <bit>
#include <ctime>

#include "harness/base/check.hpp"
#include "harness/record/run_folder.hpp"

namespace pgrehearse::record {
namespace {

// The lowest hexadecimal digit names the version, the one above it the width of a word (1: ZigZag LEB128).
constexpr std::uint32_t v2_cookie = 0x1c849313, v2_compressed_cookie = 0x1c849314;

void append_big_endian(std::string& out, std::uint64_t value, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xff);
}

// ZigZag LEB128 of up to nine bytes, of which the ninth holds eight bits.
void append_zigzag(std::string& out, std::int64_t number) {
  auto value = static_cast<std::uint64_t>(number) << 1 ^ static_cast<std::uint64_t>(number >> 63);
  for (int byte = 1; byte < 9 && value > 0x7f; ++byte) {
    out += static_cast<char>(0x80 | (value & 0x7f));
    value >>= 7;
  }
  out += static_cast<char>(value);
}

std::string encode_counts(const Histogram& histogram) {
  std::string out;
  std::uint32_t next = 0;
  for (const auto& [bucket, count] : histogram.buckets()) {
    if (bucket == next + 1) append_zigzag(out, 0);
    if (bucket > next + 1) append_zigzag(out, -static_cast<std::int64_t>(bucket - next));
    append_zigzag(out, static_cast<std::int64_t>(count));
    next = bucket + 1;
  }
  return out;
}

std::string encode_v2(const Histogram& histogram) {
  const std::string counts = encode_counts(histogram);
  std::string out;
  append_big_endian(out, v2_cookie, 4);
  append_big_endian(out, counts.size(), 4);
  append_big_endian(out, 0, 4);  // normalizing index offset
  append_big_endian(out, 3, 4);  // significant digits
  append_big_endian(out, 1, 8);  // lowest discernible value
  append_big_endian(out, Histogram::largest_us, 8);
  append_big_endian(out, std::bit_cast<std::uint64_t>(1.0), 8);  // conversion ratio of integers to doubles
  return out + counts;
}

std::string compress(const std::string& plain) {
  std::string packed(compressBound(plain.size()), '\0');
  uLongf size = packed.size();
  const int outcome = ::compress(reinterpret_cast<Bytef*>(packed.data()), &size,
                                 reinterpret_cast<const Bytef*>(plain.data()), plain.size());
  PGR_CHECK(outcome == Z_OK);
  packed.resize(size);
  std::string out;
  append_big_endian(out, v2_compressed_cookie, 4);
  append_big_endian(out, packed.size(), 4);
  return out + packed;
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t given = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      group = group << 8 | (j < given ? static_cast<unsigned char>(bytes[i + j]) : 0u);
    }
    for (std::size_t j = 0; j < 4; ++j) out += j <= given ? digits[group >> (18 - 6 * j) & 63] : '=';
  }
  return out;
}

// Commas, spaces and line ends would break the line apart.
std::string tag(const Window& window) {
  std::string text = window.script + ':' + window.pass;
  for (char& c : text) {
    if (c == ',' || static_cast<unsigned char>(c) <= ' ') c = '_';
  }
  return text;
}

std::string utc(double seconds_since_epoch) {
  const auto time = static_cast<std::time_t>(seconds_since_epoch);
  std::tm parts{};
  ::gmtime_r(&time, &parts);
  char text[64];
  std::strftime(text, sizeof text, "%a %b %d %H:%M:%S UTC %Y", &parts);
  return text;
}

std::string line(const Window& window, const Histogram& response) {
  return fmt::format("Tag={},{:.3f},{:.3f},{:.3f},{}\n", tag(window), base::to_seconds(window.start),
                     base::to_seconds(window.end - window.start), base::to_ms(response.max()),
                     base64(compress(encode_v2(response))));
}

}  // namespace

std::string to_hdr_log(const Record& record) {
  std::vector<const Window*> windows;
  for (const Window& window : record.windows) windows.push_back(&window);
  std::stable_sort(windows.begin(), windows.end(), [](auto* a, auto* b) { return a->start < b->start; });

  const double start = record.manifest.wall_start_s;
  std::string log = "#[Response times in microseconds; Interval_Max in milliseconds]\n";
  log += "#[Histogram log format version 1.3]\n";
  log += fmt::format("#[StartTime: {:.3f} (seconds since epoch), {}]\n", start, utc(start));
  log += "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"\n";
  for (const Window* window : windows) {
    Histogram response = window->within.response;  // `carried` would count an operation twice
    response.merge(window->outlived.response);
    if (!response.empty()) log += line(*window, response);
  }
  return log;
}

}  // namespace pgrehearse::record
