#include "sql/running/spill.hpp"

#include <sqlite3.h>

#include <limits>
#include <new>

namespace trailpond::sql {
namespace {

/// What the statement of this thread may still write.
thread_local std::int64_t bytes_left = std::numeric_limits<std::int64_t>::max();

/// A temporary file; the base VFS's own file follows it in memory.
struct SpillFile {
  sqlite3_file base;
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

SpillFile& spill_of(sqlite3_file* file) { return *reinterpret_cast<SpillFile*>(file); }
sqlite3_file* real_of(sqlite3_file* file) { return spill_of(file).real(); }

int close(sqlite3_file* file) {
  sqlite3_file* real = real_of(file);
  return real->pMethods == nullptr ? SQLITE_OK : real->pMethods->xClose(real);
}

int read(sqlite3_file* file, void* data, int size, sqlite3_int64 offset) {
  return real_of(file)->pMethods->xRead(real_of(file), data, size, offset);
}

int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  if (size > bytes_left) return SQLITE_FULL;
  bytes_left -= size;
  return real_of(file)->pMethods->xWrite(real_of(file), data, size, offset);
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
  return real_of(file)->pMethods->xTruncate(real_of(file), size);
}

// A temporary file is nobody else's and need not outlive a crash.
int sync(sqlite3_file*, int) { return SQLITE_OK; }
int lock(sqlite3_file*, int) { return SQLITE_OK; }
int check_reserved_lock(sqlite3_file*, int* is_reserved) {
  *is_reserved = 0;
  return SQLITE_OK;
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
  return real_of(file)->pMethods->xFileSize(real_of(file), size);
}

int file_control(sqlite3_file* file, int operation, void* argument) {
  return real_of(file)->pMethods->xFileControl(real_of(file), operation, argument);
}

int sector_size(sqlite3_file* file) { return real_of(file)->pMethods->xSectorSize(real_of(file)); }

int device_characteristics(sqlite3_file* file) {
  return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

constexpr sqlite3_io_methods kMethods = {1, close, read, write, truncate, sync, file_size, lock,
                                         lock, check_reserved_lock, file_control, sector_size,
                                         device_characteristics,
                                         // Shared memory and memory maps are not for version 1.
                                         nullptr, nullptr, nullptr, nullptr, nullptr, nullptr};

sqlite3_vfs* base_of(sqlite3_vfs* vfs) { return static_cast<sqlite3_vfs*>(vfs->pAppData); }

int open(sqlite3_vfs* vfs, sqlite3_filename name, sqlite3_file* file, int flags, int* out_flags) {
  SpillFile& spill = spill_of(file);
  spill.base.pMethods = nullptr;
  spill.real()->pMethods = nullptr;
  // A statement's connection lives in memory: whatever else it wants to open is none of its own.
  if ((flags & SQLITE_OPEN_DELETEONCLOSE) == 0) return SQLITE_CANTOPEN;
  sqlite3_vfs* base = base_of(vfs);
  const int code = base->xOpen(base, name, spill.real(), flags, out_flags);
  if (code == SQLITE_OK) spill.base.pMethods = &kMethods;
  return code;
}

sqlite3_vfs* make_vfs() {
  sqlite3_vfs* base = sqlite3_vfs_find(nullptr);
  if (base == nullptr) return nullptr;
  static sqlite3_vfs vfs = *base;
  vfs.zName = "trailpond-spill";
  vfs.pNext = nullptr;
  vfs.pAppData = base;
  vfs.szOsFile = static_cast<int>(sizeof(SpillFile)) + base->szOsFile;
  vfs.xOpen = open;
  return sqlite3_vfs_register(&vfs, 0) == SQLITE_OK ? &vfs : nullptr;
}

}  // namespace

const char* spill_vfs() {
  static sqlite3_vfs* const vfs = make_vfs();
  return vfs == nullptr ? nullptr : vfs->zName;
}

SpillLimit::SpillLimit(std::int64_t bytes) { bytes_left = bytes; }
SpillLimit::~SpillLimit() { bytes_left = std::numeric_limits<std::int64_t>::max(); }

}  // namespace trailpond::sql
