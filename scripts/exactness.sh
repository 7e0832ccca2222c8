#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Restores of one saved machine must give the same frames, byte for byte: each size of machine under each
# scheduler, a scenario with sleepers, a payload, changes of cgroups and a CPU that goes offline, beside
# a load on the host. Prints how many different results each pair gave: 1 is right. Then the control:
# with QEMU's own number of announcements after a restore the results must differ.
#	exactness.sh [RESTORES [CPUS...]]	default: 50 restores; 1 2 4 8 16 CPUs
#	LOAD=8: busy processes beside it
set -euo pipefail
TOP=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/ktstr-exact.XXXXXX")
cd "$work"
hogs=()
trap '[ ${#hogs[@]} = 0 ] || kill "${hogs[@]}"; rm -rf "$work"' EXIT
. "$TOP/tests/vm/lib.sh"

restores=${1:-50}
shift $(($# ? 1 : 0))
sizes=${*:-1 2 4 8 16}
topology() { case $1 in 1) echo 1n1l1c1t ;; 2) echo 1n1l2c1t ;; *) echo "1n2l$(($1 / 2))c1t" ;; esac; }

scenario() { # NAME LAST-OPS
	cat <<-S
		name: $1
		summary: sleepers, a payload, changes of cgroups and of CPUs
		checks: { max_spread_pct: inf }
		cgroups:
		  - name: left
		    works: [{ type: cpu_spin, workers: 100% }, { type: burst_sleep, workers: 2 }]
		  - name: right
		    works: [{ type: pipe_ping_pong, workers: 2 }, { type: idle_churn, workers: 2 }]
		payloads:
		  - name: shell
		    cgroup: right
		    run: [sh, -c, "i=0; while [ \$i -lt 500 ]; do i=\$((i + 1)); done; echo \$i \$\$; cat /proc/self/sched"]
		    files: [{ path: /bin/cat }]
		steps:
		  - name: as_is
		  - name: cgroups
		    cgroups: [{ name: short, works: [{ type: cpu_spin, workers: 2 }] }]
		    ops:
		      - set_knob: { cgroup: left, file: cpu.weight, value: "50" }
		      - freeze: right
		  - name: others
		    ops:
		      - unfreeze: right
		      - move_tasks: { cgroup: right, to: left }
		  $2
	S
}
scenario steps "" >steps.yaml
scenario hotplug '- { name: one_less, ops: [{ cpu_offline: "1" }] }' >hotplug.yaml

run() { # SCENARIO CPUS OPTION…
	harness test --repeat 1 --kernel 6.17 --clock virtual --start saved --duration 300ms --scenario "$1.yaml" \
		--topology "$(topology "$2")" --keep-artefacts --jobs 2 "${@:3}"
}
results() { # SCENARIO CPUS OPTION…: "SCHEDULER TOPOLOGY HASH" of each test
	local f
	exits 0 1 3 -- run "$@" >>log
	for f in $(sidecars); do
		[ "$(jq -r .vm.start "$f")" = saved ] || die "$f: not from a saved machine"
		jq -e '.stats.total_iterations > 0' "$f" >/dev/null || die "$f: $(jq -r .cause "$f")"
		echo "$(jq -r '.scheduler + " " + .topology' "$f") $(sha256sum <"${f%.ktstr.json}.guest.jsonl")"
	done
}
all() { # CPUS: under eevdf, vtime, and fifo by its path, which lets the work of a CPU that goes stall
	local scenario=hotplug
	[ "$1" != 1 ] || scenario=steps # the only CPU cannot go offline
	results $scenario "$1" --scheduler eevdf --scheduler vtime
	results steps "$1" --scheduler "$TOP/target/lib/schedulers/fifo.bpf.o"
}
different=0
for cpus in $sizes; do all "$cpus" >>all; done # makes the machines
for _ in $(seq "${LOAD:-8}"); do
	while :; do :; done &
	hogs+=($!)
done
for _ in $(seq 2 "$restores"); do
	for cpus in $sizes; do all "$cpus" >>all; done
done
echo "beside a load of ${LOAD:-8}:"
while read -r n scheduler topology; do
	hashes=$(grep "^$scheduler $topology " all | sort -u | wc -l)
	echo "$topology $scheduler: $n restores, $hashes different"
	[ "$hashes" = 1 ] || different=$((different + 1))
done < <(cut -d' ' -f1,2 all | sort | uniq -c)

machines=${XDG_CACHE_HOME:-$HOME/.cache}/ktstr/images
rm -rf "$KTSTR_TARGET_DIR"
exits 0 1 3 -- run hotplug 4 >>log
machine=$(the_sidecar .vm.image)
own_images
talkative
forge "$machines/$machine" "$(key_of run hotplug 4)"
for _ in $(seq 10); do results hotplug 4 >>control; done
echo "the control, with announcements: $(wc -l <control) restores, $(sort -u control | wc -l) different"
[ "$(sort -u control | wc -l)" -gt 1 ] || die "the announcements change nothing: this would not see a difference"
[ $different = 0 ] || die "$different pairs differ"
