/* A name server that does not answer: whoever asks for a name of .example waits. Loaded by LD_PRELOAD. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netdb.h>
#include <string.h>
#include <unistd.h>

typedef int Ask(const char*, const char*, const struct addrinfo*, struct addrinfo**);

int getaddrinfo(const char* name, const char* service, const struct addrinfo* hints, struct addrinfo** found) {
  if (name != NULL && strstr(name, ".example") != NULL) {
    sleep(60);
    return EAI_AGAIN;
  }
  return ((Ask*)dlsym(RTLD_NEXT, "getaddrinfo"))(name, service, hints, found);
}
