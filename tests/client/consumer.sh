#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# consumer.sh BUILD SANITIZERS: libslate as somebody else uses it, from an installed tree.
set -eu

build=$1
sanitize=${2:+-fsanitize=$2}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
log=$dir/log

check() {
    name=$1
    shift
    if "$@" >"$log" 2>&1; then
        echo "ok - consumer::$name"
    else
        cat "$log" >&2
        echo "not ok - consumer::$name"
    fi
}

cat >"$dir/consumer.c" <<'C'
#include <slate.h>
#include <stdio.h>
#include <string.h>

int main(void)
{
    struct slate_options options = {"localhost:1", "/nonexistent", "/nonexistent", "/nonexistent", 0};
    struct slate_error e;
    struct slate *s;

    if (slate_open(&options, &s, &e) != SLATE_BAD_PROFILE || !strstr(e.message, "/nonexistent")) {
        return 1;
    }
    puts(slate_version());
    return 0;
}
C
cat >"$dir/CMakeLists.txt" <<'CMAKE'
cmake_minimum_required(VERSION 3.25)
project(consumer C)
find_package(Slate REQUIRED)
add_executable(consumer consumer.c)
target_link_libraries(consumer PRIVATE Slate::slate)
CMAKE

installs() {
    cmake --install "$build" --prefix "$dir/usr" --component library &&
        cmake --install "$build" --prefix "$dir/usr" --component development
}
by_pkg_config() {
    PKG_CONFIG_PATH=$(dirname "$(find "$dir/usr" -name slate.pc)")
    export PKG_CONFIG_PATH
    flags=$(pkg-config --define-prefix --cflags --libs slate)
    lib=$(dirname "$(find "$dir/usr" -name 'libslate.so')")
    # shellcheck disable=SC2086 # flags are several words
    cc -Wall -Wextra -Werror -pedantic -std=c11 $sanitize -o "$dir/one" "$dir/consumer.c" $flags \
        "-Wl,-rpath,$lib" && "$dir/one"
}
by_cmake() {
    cmake -G Ninja -S "$dir" -B "$dir/b" -DCMAKE_PREFIX_PATH="$dir/usr" -DCMAKE_C_FLAGS="$sanitize" &&
        cmake --build "$dir/b" && "$dir/b/consumer"
}
in_cxx() {
    cp "$dir/consumer.c" "$dir/consumer.cc"
    clang++-14 -Wall -Wextra -Werror -std=c++17 -fsyntax-only "-I$dir/usr/include" "$dir/consumer.cc"
}
exports_only_its_own() {
    strange=$(nm -D --defined-only "$(find "$dir/usr" -name 'libslate.so')" | awk '{print $3}' |
        grep -v '^slate_' || true)
    echo "$strange"
    [ -z "$strange" ]
}
has_a_soname() {
    readelf -d "$(find "$dir/usr" -name 'libslate.so')" | grep -q 'SONAME.*libslate\.so\.[0-9]'
}

check installs installs
check builds_by_pkg_config by_pkg_config
check builds_by_cmake by_cmake
check compiles_as_cxx in_cxx
[ -n "$sanitize" ] || check exports_only_its_own exports_only_its_own
check has_a_soname has_a_soname
