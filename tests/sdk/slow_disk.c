/* Makes a disk slow: each wait for it takes SLOW_DISK_MS more. Loaded by LD_PRELOAD. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

static void wait_long(void) {
  const char* length = getenv("SLOW_DISK_MS");
  usleep((useconds_t)(length ? atoi(length) : 0) * 1000);
}

int fdatasync(int file) {
  wait_long();
  return ((int (*)(int))dlsym(RTLD_NEXT, "fdatasync"))(file);
}

int fsync(int file) {
  wait_long();
  return ((int (*)(int))dlsym(RTLD_NEXT, "fsync"))(file);
}
