#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# The store: what it costs to write a sidecar, and to list and compare runs. jq does the same aggregation
# (median per test and metric, A and B) for comparison.   store.sh [ROUNDS] [SIDECARS]
# All on tmpfs except the cold reads. Other load changes wall time, but hardly CPU time (user + system).
set -eu
TOP=$(cd "$(dirname "$0")/../.." && pwd)
rounds=${1:-5} many=${2:-100000}
stats=$TOP/target/bin/stats
runs=$TOP/target/build/gcc/bench-runs
mem=$(mktemp -d /dev/shm/ktstr-bench.XXXXXX)
disk=$(mktemp -d)
trap 'rm -rf "$mem" "$disk"' EXIT
cd "$mem" # no repository: commits are unknown

median() { sort -n | awk '{ v[NR] = $1 } END { printf "%.3f", NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
field() { cut -d' ' -f"$2" "$1" | median; }
# NAME COMMAND…: adds a line "wall cpu MB" to NAME. Exit status 1 is a result, not a failure.
measure() {
	local name=$1 rc=0
	shift
	/usr/bin/time -q -o "$mem/time" -f '%e %U %S %M' "$@" >"$mem/out" 2>"$mem/errors" || rc=$?
	[ "$rc" -le 1 ] || { cat "$mem/errors" >&2; exit 1; }
	awk '{ print $1, $2 + $3, $4 / 1024 }' "$mem/time" >>"$mem/$name.figures"
}
say() { # NAME TEXT
	printf '%s: wall %s s, CPU %s s, %.0f MB\n' "$2" "$(field "$1.figures" 1)" "$(field "$1.figures" 2)" \
		"$(field "$1.figures" 3)"
}
make_runs() { # DIRECTORY RUNS TESTS
	KTSTR_TARGET_DIR=$mem/$1 KTSTR_KERNEL='' "$runs" "$2" "$3"
}
by_jq() { # DIRECTORY
	find "$1/ktstr" -name '*.ktstr.json' -print0 | xargs -0 cat | jq -n '
		def median: sort | if length % 2 == 1 then .[length / 2 | floor] else (.[length / 2 - 1] + .[length / 2]) / 2 end;
		[inputs | . as $s | .stats | to_entries[] | select(.value | type == "number")
			| ["\($s.test_name) \(.key)", $s.kernel_version[:4], .value]]
		| group_by(.[:2]) | map({ key: (.[0][:2] | join(" ")), value: map(.[2]) | median }) | from_entries'
}
export -f by_jq

read -r p50 p99 < <(make_runs p10k 20 500)
printf 'sidecar write on tmpfs (check, lock, clear, fsync, rename): p50 %s us, p99 %s us of 10000 (bound 2000)\n' "$p50" "$p99"
make_runs runs 1000 1 >/dev/null
for _ in $(seq "$rounds"); do
	measure warm "$stats" compare --dir p10k/ktstr --a-kernel 6.16 --b-kernel 6.17
	measure list "$stats" list --dir runs/ktstr
done
for _ in 1 2 3; do
	measure jq bash -c 'by_jq p10k'
done
say warm "compare 10000 sidecars, warm (bound 1 s, 200 MB)"
say list "list 1000 runs, warm (bound 0.1 s)"
say jq "jq, the same 10000 (median per test and metric)"
printf 'jq ÷ compare: wall %s, CPU %s\n' \
	"$(awk -v a="$(field jq.figures 1)" -v b="$(field warm.figures 1)" 'BEGIN { printf "%.1f", a / b }')" \
	"$(awk -v a="$(field jq.figures 2)" -v b="$(field warm.figures 2)" 'BEGIN { printf "%.1f", a / b }')"

if [ -w /proc/sys/vm/drop_caches ]; then
	cp -r p10k/ktstr "$disk/"
	for _ in 1 2 3; do
		sync -f "$disk"
		echo 3 >/proc/sys/vm/drop_caches
		measure cold "$stats" compare --dir "$disk/ktstr" --a-kernel 6.16 --b-kernel 6.17
	done
	say cold "compare 10000 sidecars, page cache dropped"
else
	echo 'compare 10000 sidecars, cold: not measured, the page cache cannot be dropped here'
fi

# copies the results as further runs: ten times as many repeats of each test
rm -rf runs "$disk/ktstr"
for copy in $(seq 2 $((many / 10000))); do
	for run in p10k/ktstr/6.*; do
		case $run in *-unknown) cp -r "$run" "$run.$copy" ;; esac
	done
done
for _ in 1 2 3; do
	measure many "$stats" compare --dir p10k/ktstr --a-kernel 6.16 --b-kernel 6.17
done
say many "compare $(find p10k/ktstr -name '*.ktstr.json' | wc -l) sidecars, warm"
