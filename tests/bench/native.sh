#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# The table "Natively" of docs/measurement.md: benchmarks of `harness bench --native` beside `perf bench` where both
# measure the same operation.   native.sh [--write]: prints it, or writes it to the page.
# Ours and theirs take turns, in short runs. The least of many is judged: what else runs on the machine only adds.
set -euo pipefail
TOP=$(cd "$(dirname "$0")/../.." && pwd)
page=$TOP/docs/measurement.md
rounds=40
for p in perf jq taskset; do
	command -v $p >/dev/null || { echo "native.sh: $p is not installed: the table \"Natively\" stays as it is" >&2; exit 0; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cpu=$(taskset -cp $$ | sed 's/.*: *//; s/[,-].*//')

# Ours in one of theirs | benchmark | arguments of perf bench | CPUs | what both do
rows() {
	cat <<-R
	1|seccomp_off|syscall basic -l 20000|one|getppid()
	1|getpid|syscall basic -l 20000|one|getpid(), theirs getppid()
	2|context_switch|sched pipe -l 20000|one|a byte to another process and back, both on one CPU
	1|pipe_latency|sched pipe -l 20000|any|the same where the kernel places them
	R
}
on() { # one|any COMMAND…
	local cpus=$1
	shift
	if [ "$cpus" = one ]; then taskset -c "$cpu" "$@"; else "$@"; fi
}
# ns of an operation. Ours is the median of a run's samples; perf prints only the mean.
ours() { # CPUS NAME
	on "$1" env KTSTR_SIDECAR_DIR="$work/ours" "$TOP/target/bin/harness" bench --native --quick "$2" >>log 2>&1
	jq .benchmark.p50 ours/"$2"-*.ktstr.json
}
theirs() { # CPUS ARGUMENT…
	local cpus=$1
	shift
	on "$cpus" perf bench "$@" 2>>log | awk '$2 == "usecs/op" { print $1 * 1000 }'
}
# row OPERATIONS NAME ARGUMENTS WHAT: prints a row of the table from rounds on stdin, "ours theirs".
row() {
	awk -v n="$1" '{ print $1 * n >"ours.ns"; print $2 >"theirs.ns" }'
	paste <(sort -g ours.ns) <(sort -g theirs.ns) | awk -v what="$4" -v bench="$3" \
		-v name="\`$2\`$([ "$1" = 1 ] || echo " × $1")" '{ o[NR] = $1; t[NR] = $2 } END {
		m = int((NR + 1) / 2)
		least = o[1] / t[1]
		printf "| %s | %s | `%s` | %.0f, %.0f | %.0f, %.0f | %.2f | %.2f | %s |\n", what, name, bench,
			o[1], o[m], t[1], t[m], least, o[m] / t[m], (least >= 0.9 && least <= 1.1) ? "yes" : "no" }'
}
# By turns in this order and in the other.
take_round() { # NUMBER NAME ARGUMENTS CPUS
	local o t
	# shellcheck disable=SC2086 # several arguments
	if (($1 % 2)); then o=$(ours "$4" "$2") t=$(theirs "$4" $3); else t=$(theirs "$4" $3) o=$(ours "$4" "$2"); fi
	[ -n "$o" ] && [ -n "$t" ] || { echo "native.sh: no figure of $2 or of perf bench $3:" >&2; cat log >&2; exit 1; }
	echo "$o $t"
}

{
	echo "| operation | ours | \`perf bench\` $(perf --version | cut -d' ' -f3) | ours, ns: least, median | theirs | ratio of the least | of the medians | within 10 % |"
	echo "|---|---|---|---|---|---|---|---|"
	while IFS='|' read -r -u3 n name bench cpus what; do
		for ((i = 0; i < rounds; i++)); do
			take_round "$i" "$name" "$bench" "$cpus"
		done >pairs
		row "$n" "$name" "$bench" "$what" <pairs
	done 3< <(rows)
} >table
[ "${1:-}" = --write ] || { cat table; exit 0; }
sed -i -e '/^<!-- natively -->$/,/^<!-- end -->$/{//!d}' -e "/^<!-- natively -->\$/r table" "$page"
