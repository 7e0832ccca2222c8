#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# A test from a saved machine: `harness test` with 0.5 s of load, vtime, from command to sidecar; virtual clock
# with 4 vCPUs, real clock with 2. Prints medians of wall and CPU time, and the CPU time beyond the load: a
# run with 1 s of load costs the load of half a second more. Then the ratio to a cold start of the same
# test, and to `vng -- true` (virtme-ng) where that is installed: on the same kernel, or on VNG_KERNEL, since
# Debian's cloud kernels lack the 9p file system that it needs.
#	start.sh [ROUNDS]
set -eu
TOP=$(cd "$(dirname "$0")/../.." && pwd)
rounds=${1:-10}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export KTSTR_TARGET_DIR=$work/target TIMEFORMAT='%R %U %S'

# timed FILE COMMAND…: appends "wall CPU" in seconds to the file. A busy host may make a test fail, not end early.
timed() {
	local to=$1 got=0
	shift
	{ time "$@" >"$work/out" 2>&1 || got=$?; } 2>"$work/time"
	case $got in 0 | 1 | 3) ;; *) cat "$work/out" >&2; exit 1 ;; esac
	awk '{ print $1, $2 + $3 }' "$work/time" >>"$to"
}
run() { # CLOCK TOPOLOGY LOAD OPTION…
	"$TOP/target/bin/harness" test --repeat 1 --kernel 6.17 --clock "$1" -E cgroup_steady --scheduler vtime \
		--topology "$2" --duration "$3" "${@:4}"
}
median() { cut -d' ' -f"$2" "$1" | sort -n | awk '{ v[NR] = $1 } END { printf "%.2f", NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
over() { awk "BEGIN { printf \"%.2f\", $1 }"; }

measure() { # CLOCK TOPOLOGY: leaves the files half, whole and cold
	rm -f "$work"/half "$work"/whole "$work"/cold
	run "$1" "$2" 1ms --start saved >/dev/null || [ $? != 4 ] # makes the machine
	for _ in $(seq "$rounds"); do
		timed "$work/half" run "$1" "$2" 500ms --start saved
		timed "$work/whole" run "$1" "$2" 1s --start saved
	done
	for _ in 1 2 3; do timed "$work/cold" run "$1" "$2" 500ms --start cold; done
	wall=$(median "$work/half" 1) cpu=$(median "$work/half" 2) whole=$(median "$work/whole" 2)
	echo "$1 clock, $2, from a saved machine, 0.5 s of load, vtime, $rounds rounds: $wall s wall (bound 2.0), $cpu s CPU (bound 1.8)"
	echo "  load: $(over "$whole - $cpu") s CPU; beyond the load: $(over "2 * $cpu - $whole") s CPU (bound 1.0)"
	echo "  cold start of the same: $(median "$work/cold" 1) s wall, $(median "$work/cold" 2) s CPU: $(over "$(median "$work/cold" 2) / $cpu") times the CPU"
}
measure real 1n1l2c1t
measure virtual 1n2l2c1t
if command -v vng >/dev/null; then
	image=${VNG_KERNEL:-$("$TOP/target/bin/harness" kernel path 6.17)/vmlinuz}
	for _ in 1 2 3; do timed "$work/vng" vng --run "$image" --disable-kvm -- true </dev/null; done
	echo "vng -- true: $(median "$work/vng" 1) s wall, $(median "$work/vng" 2) s CPU: $(over "$(median "$work/vng" 1) / $wall") times the wall time of virtual"
else
	echo "vng is not installed: not compared"
fi
