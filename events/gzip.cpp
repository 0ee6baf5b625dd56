#include "events/gzip.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <new>

namespace trailpond::events {
namespace {

constexpr int kGzipWindow = 15 + 16;  // the largest window, gzip framing
constexpr std::string_view kMagic = "\x1f\x8b";
/// What is inflated at a time: stays in the cache until it was read.
constexpr std::size_t kStepBytes = std::size_t{256} << 10;
/// zlib counts in 32 bits.
constexpr std::size_t kPieceBytes = std::size_t{1} << 30;

}  // namespace

bool is_gzip(std::string_view bytes) { return bytes.starts_with(kMagic); }

struct GzipReader::Body {
  z_stream stream = {};
  bool ready = false;
  bool ended = false;          // stands behind a member
  std::size_t magic_seen = 0;  // of the next member, whose begin may be cut
  bool done = false;           // what follows is padding, or damaged
  std::size_t total = 0;
  std::array<char, kStepBytes> text;

  /// Inflates as much of the piece as fills the text once, and steps over it.
  std::optional<std::string> step(std::string_view& piece, const OnText& on_text) {
    const std::size_t fed = std::min(piece.size(), kPieceBytes);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));
    stream.avail_in = static_cast<uInt>(fed);
    stream.next_out = reinterpret_cast<Bytef*>(text.data());
    stream.avail_out = static_cast<uInt>(text.size());
    const int status = inflate(&stream, Z_NO_FLUSH);
    piece.remove_prefix(fed - stream.avail_in);
    const std::size_t made = text.size() - stream.avail_out;
    total += made;
    if (total > kInflatedBytesLimit) return "gzip: inflates to more than 2 GiB";
    if (made > 0) on_text({text.data(), made});
    ended = status == Z_STREAM_END;
    // Z_BUF_ERROR: there was nothing to do.
    if (!ended && status != Z_OK && status != Z_BUF_ERROR) return "gzip: the data is damaged";
    return std::nullopt;
  }
};

GzipReader::GzipReader() : body_(std::make_unique<Body>()) {
  body_->ready = inflateInit2(&body_->stream, kGzipWindow) == Z_OK;
}

GzipReader::~GzipReader() {
  if (body_->ready) inflateEnd(&body_->stream);
}

std::optional<std::string> GzipReader::read(std::string_view piece, const OnText& on_text) {
  Body& body = *body_;
  std::optional<std::string> error;
  if (!body.ready) error = "gzip: out of memory";
  bool full = false;  // zlib may hold more text
  while (!error && !body.done && (!piece.empty() || full)) {
    if (!body.ended) {
      error = body.step(piece, on_text);
      full = !body.ended && body.stream.avail_out == 0;
    } else if (piece.front() != kMagic[body.magic_seen]) {
      body.done = true;  // zeros or anything else behind the last member is padding
    } else {
      piece.remove_prefix(1);
      if (++body.magic_seen == kMagic.size()) {
        inflateReset(&body.stream);
        body.magic_seen = 0;
        std::string_view magic = kMagic;
        error = body.step(magic, on_text);
      }
    }
  }
  body.done = body.done || error.has_value();
  return error;
}

std::optional<std::string> GzipReader::finish() {
  if (body_->done || body_->ended) return std::nullopt;
  body_->done = true;
  return "gzip: the data ends too early";
}

std::string inflate_gzip(std::string_view bytes, std::optional<std::string>& error) {
  GzipReader reader;
  std::string text;
  text.reserve(bytes.size() * 4);
  error = reader.read(bytes, [&](std::string_view part) { text += part; });
  if (!error) error = reader.finish();
  return text;
}

struct GzipWriter::Body {
  z_stream stream = {};
  std::array<char, kStepBytes> bytes;
};

GzipWriter::GzipWriter() : body_(std::make_unique<Body>()) {
  constexpr int kMemory = 8;  // zlib's default
  if (deflateInit2(&body_->stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWindow, kMemory,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::bad_alloc();
  }
}

GzipWriter::~GzipWriter() { deflateEnd(&body_->stream); }

void GzipWriter::deflate(std::string_view piece, bool last, const OnBytes& on_bytes) {
  z_stream& stream = body_->stream;
  do {
    const std::size_t fed = std::min(piece.size(), kPieceBytes);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));
    stream.avail_in = static_cast<uInt>(fed);
    stream.next_out = reinterpret_cast<Bytef*>(body_->bytes.data());
    stream.avail_out = static_cast<uInt>(body_->bytes.size());
    const bool end = last && fed == piece.size();
    const int status = ::deflate(&stream, end ? Z_FINISH : Z_NO_FLUSH);
    piece.remove_prefix(fed - stream.avail_in);
    const std::size_t made = body_->bytes.size() - stream.avail_out;
    if (made > 0) on_bytes({body_->bytes.data(), made});
    if (status == Z_STREAM_END) return;
  } while (last || !piece.empty() || stream.avail_out == 0);
}

std::string deflate_gzip(std::string_view text) {
  GzipWriter writer;
  std::string bytes;
  const auto add = [&](std::string_view part) { bytes += part; };
  writer.write(text, add);
  writer.finish(add);
  return bytes;
}

}  // namespace trailpond::events
