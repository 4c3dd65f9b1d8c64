#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# consumer.sh BUILD SANITIZERS: libslate as somebody else uses it, from an installed tree. What is
# built is the example of docs/examples/libslate.
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

example=$(dirname "$0")/../../docs/examples/libslate

installs() {
    cmake --install "$build" --prefix "$dir/usr" --component library &&
        cmake --install "$build" --prefix "$dir/usr" --component development
}
# The example without a server: it gets as far as its profile, and says why no farther.
runs() {
    said=$("$1" "$dir/no-profile" 2>&1) && return 1
    echo "$said"
    echo "$said" | grep -q "no-profile: No such file"
}
by_pkg_config() {
    PKG_CONFIG_PATH=$(dirname "$(find "$dir/usr" -name slate.pc)")
    export PKG_CONFIG_PATH
    flags=$(pkg-config --define-prefix --cflags --libs slate)
    lib=$(dirname "$(find "$dir/usr" -name 'libslate.so')")
    # shellcheck disable=SC2086 # flags are several words
    cc -Wall -Wextra -Werror -pedantic -std=c11 $sanitize -o "$dir/one" "$example/breaches.c" \
        $flags "-Wl,-rpath,$lib" && runs "$dir/one"
}
by_cmake() {
    cmake -G Ninja -S "$example" -B "$dir/b" -DCMAKE_PREFIX_PATH="$dir/usr" \
        -DCMAKE_C_FLAGS="$sanitize" && cmake --build "$dir/b" && runs "$dir/b/breaches"
}
# Every header by itself, as either language has it.
in_both_languages() {
    for header in slate slate_words slate_requests slate_results; do
        echo "#include <$header.h>" >"$dir/one.c"
        cp "$dir/one.c" "$dir/one.cc"
        cc -Wall -Wextra -Werror -pedantic -std=c11 -fsyntax-only "-I$dir/usr/include" "$dir/one.c" &&
            clang++-14 -Wall -Wextra -Werror -pedantic -std=c++11 -fsyntax-only \
                "-I$dir/usr/include" "$dir/one.cc" || return 1
    done
}
# What the headers declare is there, and nothing else.
exports_what_it_declares() {
    cat "$dir"/usr/include/slate*.h | tr '\n' ' ' | grep -o 'SLATE_API [^;(]*(' |
        grep -o 'slate_[a-z_]*($' | tr -d '(' | sort >"$dir/declared"
    nm -D --defined-only "$(find "$dir/usr" -name 'libslate.so')" | awk '{print $3}' | sort \
        >"$dir/defined"
    [ -s "$dir/declared" ] && diff "$dir/declared" "$dir/defined"
}
has_a_soname() {
    readelf -d "$(find "$dir/usr" -name 'libslate.so')" | grep -q 'SONAME.*libslate\.so\.[0-9]'
}

check installs installs
check builds_by_pkg_config by_pkg_config
check builds_by_cmake by_cmake
check compiles_in_both_languages in_both_languages
[ -n "$sanitize" ] || check exports_what_it_declares exports_what_it_declares
check has_a_soname has_a_soname
