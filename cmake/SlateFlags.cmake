# SPDX-License-Identifier: Apache-2.0
# Compiler flags. Everything of ours links to slate_flags; generated code does not.

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS ON)
set(CMAKE_C_VISIBILITY_PRESET hidden) # libslate exports only what slate.h marks
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# The layers are static libraries, some of which end up in the shared libslate.
include(CheckPIESupported)
check_pie_supported(LANGUAGES C)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

# Assertions stay on in every build type: none of these carries -DNDEBUG.
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug or Release" FORCE)
endif()
set(CMAKE_C_FLAGS_DEBUG "-O1 -g -fno-omit-frame-pointer")
set(CMAKE_C_FLAGS_RELEASE "-O2 -g")

add_library(slate_flags INTERFACE)
target_compile_options(slate_flags INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla
  -Wformat=2 -Wwrite-strings -Wundef -Wimplicit-fallthrough
  -Wdate-time # reproducible builds: no __DATE__
  -fmacro-prefix-map=${PROJECT_SOURCE_DIR}/=)
if(SLATE_WERROR)
  target_compile_options(slate_flags INTERFACE -Werror)
endif()
target_compile_definitions(slate_flags INTERFACE _GNU_SOURCE SLATE_VERSION="${SLATE_VERSION}")
target_include_directories(slate_flags INTERFACE
  ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/server ${PROJECT_SOURCE_DIR}/include)

# What follows holds for generated code too.
if(SLATE_HARDEN)
  # Only with optimisation does FORTIFY do anything; glibc warns otherwise.
  # A distribution may have set another level: take it away first.
  add_compile_options(-fstack-protector-strong -fstack-clash-protection
                      -ftrivial-auto-var-init=zero -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    add_compile_options(-fcf-protection=full)
  endif()
  if(CMAKE_C_COMPILER_ID STREQUAL "Clang" AND CMAKE_C_COMPILER_VERSION VERSION_LESS 16)
    # Up to 15, zero initialisation hides behind this; gcc and later clang have it bare.
    add_compile_options(-enable-trivial-auto-var-init-zero-knowing-it-will-be-removed-from-clang)
  endif()
  add_link_options(LINKER:-z,relro,-z,now LINKER:-z,noexecstack)
endif()

if(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_compile_options(-ffile-prefix-map=${PROJECT_SOURCE_DIR}/=)
endif()

if(SLATE_SANITIZE)
  add_compile_options(-fsanitize=${SLATE_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${SLATE_SANITIZE})
endif()
if(SLATE_FUZZ)
  # Coverage counters in all our code; only the fuzz programs themselves link libFuzzer's main.
  add_compile_options(-fsanitize=fuzzer-no-link)
  add_link_options(-fsanitize=fuzzer-no-link)
endif()
