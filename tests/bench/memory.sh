#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Memory of 8 VMs that run side by side from one saved machine (4 vCPUs, vtime, virtual clock): of each QEMU
# its PSS and what is its own, once it runs its load.
#	memory.sh [VMS]
set -eu
TOP=$(cd "$(dirname "$0")/../.." && pwd)
vms=${1:-8}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export KTSTR_TARGET_DIR=$work/target

run() { # OPTION…
	exec "$TOP/target/bin/harness" test --repeat 1 --kernel 6.17 --clock virtual --start saved -E cgroup_steady --scheduler vtime \
		--topology 1n2l2c1t --jobs "$vms" "$@"
}
(run --duration 1ms) >/dev/null 2>&1 # makes the machine
run --duration 60s --repeat "$vms" >"$work/out" 2>&1 &
harness=$!
trap 'kill -9 $harness; wait; rm -rf "$work"' EXIT
qemus() { pgrep -P $harness -f ivshmem-plain || true; }
# Its load has begun when it has used 2 s of CPU time.
at_work() {
	local pid n=0
	for pid in $(qemus); do
		[ "$(awk '{ print $14 + $15 }' "/proc/$pid/stat")" -lt $((2 * $(getconf CLK_TCK))) ] || n=$((n + 1))
	done
	[ $n = "$vms" ]
}
until at_work; do
	kill -0 $harness 2>/dev/null || { cat "$work/out" >&2; exit 1; }
	sleep 0.2
done
for pid in $(qemus); do
	awk -v pid="$pid" '/^Pss:/ { pss = $2 } /^Private_/ { own += $2 }
		END { printf "%s %.0f %.0f\n", pid, pss / 1024, own / 1024 }' "/proc/$pid/smaps_rollup"
done >"$work/memory"
awk '{ printf "VM %d: PSS %d MB, its own %d MB\n", NR, $2, $3; pss += $2; own += $3; most = $2 > most ? $2 : most }
	END { printf "%d VMs: PSS %d MB each, %d MB at most, %d MB together; their own %d MB each (bound 120 MB each)\n",
		NR, pss / NR, most, pss, own / NR }' "$work/memory"
