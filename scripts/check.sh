#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# make check: all that a change must pass. Builds with gcc and clang, runs the unit tests under the
# sanitizers, the command-line tests and the tests on real kernels, and prints one count at the end.
# make runs this after `deps`.
set -u
cd "$(dirname "$0")/.."
export LC_ALL=C

log=target/check
mkdir -p $log
passed=0 failed=0 skipped=0
start=$(date +%s)

# A step that passes or fails as a whole. If it fails, its output is shown.
step() {
	name=$1
	shift
	t0=$(date +%s)
	if "$@" >"$log/$name.log" 2>&1; then
		passed=$((passed + 1))
		printf 'ok       %-28s %4ds\n' "$name" $(($(date +%s) - t0))
	else
		failed=$((failed + 1))
		printf 'FAILED   %-28s %4ds  (%s)\n' "$name" $(($(date +%s) - t0)) "$log/$name.log"
		tail -n 40 "$log/$name.log"
	fi
}

# A step that counts its own tests: its log must end in "N passed, N failed, N skipped" or in Check's
# last line. A log without either is a failure, since then nothing has run.
counted() {
	name=$1
	shift
	t0=$(date +%s)
	"$@" >"$log/$name.log" 2>&1
	status=$?
	set -- $(sed -n \
		-e 's/^\([0-9]*\) passed, \([0-9]*\) failed, \([0-9]*\) skipped.*/\1 \2 \3/p' \
		-e 's/^[0-9]*%: Checks: \([0-9]*\), Failures: \([0-9]*\), Errors: \([0-9]*\).*/check \1 \2 \3/p' \
		"$log/$name.log" | tail -n 1)
	if [ "${1:-}" = check ]; then
		set -- $(($2 - $3 - $4)) $(($3 + $4)) 0
	fi
	if [ $# != 3 ] || { [ $status != 0 ] && [ "$2" = 0 ]; }; then
		set -- "${1:-0}" $((${2:-0} + 1)) "${3:-0}"
	fi
	passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
	word=ok
	[ "$2" = 0 ] || word=FAILED
	printf '%-8s %-28s %4ds  %s passed, %s failed, %s skipped\n' $word "$name" \
		$(($(date +%s) - t0)) "$1" "$2" "$3"
	[ "$2" = 0 ] || grep -v '^  [A-Z-]* ' "$log/$name.log" | tail -n 60
	grep '^SKIP' "$log/$name.log" || true
}

step build-gcc make -s -j2 all
step build-clang make -s -j2 CC=clang all
step check-format make -s check-format
step check-headers make -s check-headers
step check-layers make -s check-layers
step check-contract make -s check-contract
step check-size make -s check-size
counted unit make -s -j2 unit
counted cli make -s cli
counted vm make -s vm

printf '\nin %d s\n%d passed, %d failed, %d skipped\n' $(($(date +%s) - start)) $passed $failed $skipped
[ $failed = 0 ]
