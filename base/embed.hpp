#pragma once
#include <cstddef>
#include <string_view>

/// Takes a file into the binary as it is, so that none is needed on disk. The assembler finds the
/// file by the include path, the root of the tree; CMake must be told of it (OBJECT_DEPENDS), for
/// the compiler does not see it. SYMBOL() gives its content.
/// The symbols are global, so that the linker meets them by name: on arm64 it loses the place of a
/// local one in its section.
#define TRAILPOND_EMBED(symbol, path)                                                           \
  asm(".pushsection .rodata\n"                                                                  \
      ".global " #symbol "_begin, " #symbol                                                     \
      "_end\n"                                                                                  \
      ".hidden " #symbol "_begin, " #symbol                                                     \
      "_end\n"                                                                                  \
      ".balign 16\n" #symbol                                                                    \
      "_begin:\n"                                                                               \
      ".incbin \"" path "\"\n" #symbol                                                          \
      "_end:\n"                                                                                 \
      ".byte 0\n"                                                                               \
      ".popsection\n");                                                                         \
  extern "C" {                                                                                  \
  extern const                                                                                  \
      __attribute__((visibility("hidden"))) char symbol##_begin __asm__(#symbol "_begin");      \
  extern const __attribute__((visibility("hidden"))) char symbol##_end __asm__(#symbol "_end"); \
  }                                                                                             \
  static std::string_view symbol() {                                                            \
    return {&symbol##_begin, static_cast<std::size_t>(&symbol##_end - &symbol##_begin)};        \
  }
