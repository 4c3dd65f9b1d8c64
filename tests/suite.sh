#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs one suite and judges it: suite.sh MIN TIMEOUT RESULTS PROGRAM [ARGUMENT...]
#
# The exit status of a test program is not enough. Under Criterion a leak inside a test is
# reported and the test passes, and a run without any test is a success. So a suite passes only if
# the program ends with 0 within TIMEOUT seconds, at least MIN tests ran, none failed, and no
# sanitizer wrote a log. RESULTS.tap holds one line per test afterwards.
set -u
min=$1 timeout=$2 results=$3 program=$4
shift 4

mkdir -p "$(dirname "$results")"
rm -f "$results".tap "$results".san.*
export ASAN_OPTIONS="log_path='$results.san':detect_leaks=1:detect_stack_use_after_return=1:strict_string_checks=1:${ASAN_OPTIONS:-}"
export UBSAN_OPTIONS="log_path='$results.san':print_stacktrace=1:halt_on_error=1:${UBSAN_OPTIONS:-}"
export LSAN_OPTIONS="log_path='$results.san':${LSAN_OPTIONS:-}"
export TSAN_OPTIONS="log_path='$results.san':halt_on_error=0:second_deadlock_stack=1:${TSAN_OPTIONS:-}"

case ${program##*/} in
tests_*) # Criterion
    timeout -k 10 "$timeout" "$program" --tap="$results.tap" -j2 "$@"
    status=$?
    ;;
*) # TAP on standard output
    timeout -k 10 "$timeout" "$program" "$@" >"$results.tap"
    status=$?
    ;;
esac

touch "$results.tap"
passed=$(grep -c '^ok ' "$results.tap")
failed=$(grep -c '^not ok ' "$results.tap")
wrong=0
say()
{
    echo "${results##*/}: $*" >&2
    wrong=$((wrong + 1))
}

[ "$status" -ne 124 ] && [ "$status" -ne 137 ] || say "did not end within $timeout s"
[ "$status" -eq 0 ] || say "exit status $status"
[ "$failed" -eq 0 ] || say "$failed failed"
[ $((passed + failed)) -ge "$min" ] || say "only $((passed + failed)) tests ran, at least $min are expected"
for log in "$results".san.*; do
    # Killed while LeakSanitizer looks at its threads, a process says that: no finding.
    grep -qv 'Unable to get registers from thread' "$log" || continue
    say "a sanitizer reported, $log:"
    head -n 60 "$log" >&2
done
# Whatever went wrong besides failed tests counts as one more.
if [ "$wrong" -gt 0 ] && [ "$failed" -eq 0 ]; then
    echo "not ok - ${results##*/} as a whole" >>"$results.tap"
fi
echo "$passed passed, $failed failed"
[ "$wrong" -eq 0 ]
