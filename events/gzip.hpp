#pragma once
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

/// Gzip as CloudTrail delivers it: one or more members, one after another.
namespace trailpond::events {

/// The bytes that one gzip may grow to. Ours: guards against a small file that fills the memory.
inline constexpr std::size_t kInflatedBytesLimit = std::size_t{2} << 30;

/// Says whether bytes begin as a gzip does.
bool is_gzip(std::string_view bytes);

/// Inflates a gzip that comes in pieces.
class GzipReader {
 public:
  using OnText = std::function<void(std::string_view text)>;

  GzipReader();
  ~GzipReader();
  GzipReader(const GzipReader&) = delete;
  GzipReader& operator=(const GzipReader&) = delete;

  /// Hands what a piece inflates to on; answers why it cannot be inflated, once.
  std::optional<std::string> read(std::string_view piece, const OnText& on_text);
  /// Answers what is missing at the end of the last piece.
  std::optional<std::string> finish();

 private:
  struct Body;
  std::unique_ptr<Body> body_;
};

/// Makes a gzip of a text that comes in pieces.
class GzipWriter {
 public:
  using OnBytes = std::function<void(std::string_view bytes)>;

  GzipWriter();
  ~GzipWriter();
  GzipWriter(const GzipWriter&) = delete;
  GzipWriter& operator=(const GzipWriter&) = delete;

  void write(std::string_view piece, const OnBytes& on_bytes) { deflate(piece, false, on_bytes); }
  void finish(const OnBytes& on_bytes) { deflate({}, true, on_bytes); }

 private:
  void deflate(std::string_view piece, bool last, const OnBytes& on_bytes);
  struct Body;
  std::unique_ptr<Body> body_;
};

/// Makes a gzip of a text.
std::string deflate_gzip(std::string_view text);

/// Inflates a whole gzip; where it is damaged, what came before with `error` set.
std::string inflate_gzip(std::string_view bytes, std::optional<std::string>& error);

}  // namespace trailpond::events
