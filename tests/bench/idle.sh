#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# What a machine costs while its guest does nothing: `harness test` of an empty scenario in virtual time, from
# a saved machine, with 5 s and with 1 s of the guest's time; the difference is 4 s of idling. Per kernel and
# number of vCPUs, CPU seconds per idle second of the guest, medians.
#	idle.sh [ROUNDS [KERNEL...]]
set -eu
TOP=$(cd "$(dirname "$0")/../.." && pwd)
rounds=${1:-5}
shift $(($# ? 1 : 0))
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export KTSTR_TARGET_DIR=$work/target TIMEFORMAT='%U %S'

cpu() { # KERNEL TOPOLOGY SECONDS: CPU seconds
	{ time "$TOP/target/bin/harness" test --repeat 1 --kernel "$1" --clock virtual --start saved --topology "$2" --duration "$3s" \
		--scenario "$TOP/tests/bench/empty.yaml" >"$work/out" 2>&1 || { cat "$work/out" >&2; exit 1; }; } 2>"$work/time"
	awk '{ print $1 + $2 }' "$work/time"
}
median() { sort -n | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
for kernel in ${*:-6.17}; do
	for topology in 1n1l1c1t 1n2l2c1t 1n2l4c1t; do
		cpu "$kernel" $topology 1 >/dev/null # makes the machine
		: >"$work/idle"
		for _ in $(seq "$rounds"); do
			short=$(cpu "$kernel" $topology 1)
			long=$(cpu "$kernel" $topology 5)
			awk "BEGIN { print ($long - $short) / 4 }" >>"$work/idle"
		done
		printf '%s %s: %.2f s of CPU time per idle second (bound 0.6 with 4 vCPUs), %s rounds\n' \
			"$kernel" $topology "$(median <"$work/idle")" "$rounds"
	done
done
