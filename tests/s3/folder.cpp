#include "s3/folder.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/state/temporary_directory.hpp"

namespace trailpond::s3 {
namespace {

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

TroubleKind trouble_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const Trouble& trouble) {
    return trouble.kind;
  }
  FAIL("no trouble");
  return TroubleKind::kStopped;
}

}  // namespace

TEST_CASE("an object is a file, there once it is closed") {
  const TemporaryDirectory directory;
  Folder folder(directory.path());
  {
    const auto given_up = folder.open({"bucket", "a/b"}, {});
    given_up->write("text");
  }
  CHECK(folder.list({"bucket", ""}, {}).empty());
  const auto writer = folder.open({"bucket", "a/b"}, {});
  writer->write("te");
  writer->write("xt");
  writer->close();
  CHECK(text_of(std::filesystem::path(directory.path()) / "bucket" / "a" / "b") == "text");
  folder.put({"bucket", "a/c"}, "more", {{"signature", "12"}}, {});
  folder.put({"bucket", "b"}, "", {}, {});
  CHECK(folder.list({"bucket", "a/"}, {}) == std::vector<std::string>{"a/b", "a/c"});
  CHECK(text_of(std::filesystem::path(directory.path()) / ".metadata" / "bucket" / "a" / "c") ==
        "{\"signature\":\"12\"}\n");
  std::string read;
  folder.read({"bucket", "a/c"}, [&](std::string_view bytes) { read += bytes; }, {});
  CHECK(read == "more");
  folder.remove({"bucket", "a/c"}, {});
  folder.remove({"bucket", "a/c"}, {});
  CHECK(folder.list({"bucket", ""}, {}) == std::vector<std::string>{"a/b", "b"});
  CHECK_FALSE(std::filesystem::exists(std::filesystem::path(directory.path()) / ".metadata" /
                                      "bucket" / "a" / "c"));
  CHECK(folder.find_bucket("bucket") == true);
  CHECK(folder.find_bucket("other") == false);
}

TEST_CASE("what cannot be written or read says why") {
  const TemporaryDirectory directory;
  Folder folder(directory.path());
  for (const char* key : {"../x", "a/../../x", "/x", "./x"}) {
    CAPTURE(key);
    CHECK(trouble_of([&] {
            folder.put({"bucket", key}, "", {}, {});
          }) == TroubleKind::kAccessDenied);
  }
  CHECK(trouble_of([&] {
          folder.read({"bucket", "x"}, [](std::string_view) {}, {});
        }) == TroubleKind::kNoSuchKey);
  folder.put({"bucket", "file"}, "", {}, {});
  CHECK(trouble_of([&] {
          folder.put({"bucket", "file/below"}, "", {}, {});
        }) == TroubleKind::kFailed);
  CHECK(folder.list({"nothing", ""}, {}).empty());
}

TEST_CASE("a URI is split at its first slash") {
  CHECK(split_uri("s3://bucket/a/b")->key == "a/b");
  CHECK(split_uri("s3://bucket")->key.empty());
  CHECK(split_uri("s3://bucket")->bucket == "bucket");
  CHECK_FALSE(split_uri("http://bucket/a").has_value());
}

}  // namespace trailpond::s3
