#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# The table "Agreement" of docs/measurement.md: figures of the harness beside figures of others for the same run. In
# virtual time both take their stamps at the same moment.   agreement.sh [--write]: prints it, or writes it to the page.
set -euo pipefail
TOP=$(cd "$(dirname "$0")/../.." && pwd)
page=$TOP/docs/measurement.md
kernel=${KTSTR_AGREEMENT_KERNEL:-7.0}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
for p in perf cyclictest; do
	[ "${1:-}" != --write ] || command -v $p >/dev/null || { echo "agreement.sh: the page has a row for $p, which is not installed" >&2; exit 1; }
done

run() { # NAME ARGUMENT…: results go to NAME; the verdict does not matter here
	local name=$1 got=0
	shift
	KTSTR_TARGET_DIR=$work/$name "$TOP/target/bin/harness" test --repeat 1 --kernel "$kernel" --clock virtual --keep-artefacts "$@" \
		>"$name.log" 2>&1 || got=$?
	case $got in 0 | 1 | 3) ;; *) cat "$name.log" >&2; exit 1 ;; esac
}
# row WHAT BESIDE: prints a row of the table from ratios on stdin, one a line.
row() {
	sort -g | awk -v what="$1" -v beside="$2" '{ v[NR] = $1 } END {
		if (!NR) { print "no figure: " what >"/dev/stderr"; exit 1 }
		worst = v[1] < 2 - v[NR] ? 1 - v[1] : v[NR] - 1
		printf "| %s | %s | %d | %.4f | %.4f to %.4f | %s |\n", what, beside, NR, v[int((NR + 1) / 2)], v[1], v[NR],
			worst <= 0.05 ? "yes" : "no" }'
}

cat >pipe.yaml <<'Y'
name: agreement_pipe
summary: one pair
topology: 1n1l1c1t
duration: 500ms
cgroups:
  - name: pair
    works: [{ type: pipe_ping_pong, workers: 2 }]
Y
# Wakees that wait for one another. schedstat's wait and wake latency both begin at the wake-up and end when the
# wakee runs. Each wakee is done before its slice ends, so that nothing else makes them wait.
cat >fan.yaml <<'Y'
name: agreement_fan_out
summary: eight wakees of one waker on one CPU
topology: 1n1l1c1t
duration: 500ms
cgroups:
  - name: fan
    works: [{ type: futex_fan_out, workers: 9, params: { fan_out: 8, period_us: 20000, compute: 20000 } }]
Y
# The same sleeps as cyclictest's: 1 ms to a set time, on a CPU that is otherwise idle.
cat >sleep.yaml <<'Y'
name: agreement_sleep
summary: a waker at set times
topology: 1n1l1c1t
duration: 500ms
cgroups:
  - name: sleeper
    works: [{ type: futex_fan_out, workers: 2, params: { fan_out: 1, period_us: 1000, compute: 0 } }]
Y
cat >cyclictest.yaml <<'Y'
name: agreement_cyclictest
summary: the same by cyclictest
topology: 1n1l1c1t
duration: 100ms
cgroups:
  - name: sleeper
payloads:
  - name: cyclictest
    run: [cyclictest, --quiet, --policy, other, --interval, "1000", --loops, "500"]
    cgroup: sleeper
    wait: 60s
    preset: cyclictest
Y
cat >perf.yaml <<'Y'
name: agreement_perf_pipe
summary: the same by perf
topology: 1n1l1c1t
duration: 100ms
cgroups:
  - name: pair
payloads:
  - name: pipe
    run: [perf, bench, sched, pipe, -l, "20000"]
    cgroup: pair
    wait: 60s
    preset: perf-bench
Y
run spin --scheduler eevdf --scheduler vtime --topology 1n1l1c1t --topology 1n1l2c1t --duration 400ms -E cgroup_oversubscribed
run pipe --scenario pipe.yaml
run fan --scheduler eevdf --scheduler vtime --scenario fan.yaml
guests() { cat "$work/$1"/ktstr/*/*.guest.jsonl; }
cgroups='.cgroup | select(.) | select((.workers | length) > 0)'
{
	echo "| figure | beside | compared | median ratio | from … to | within 5 % |"
	echo "|---|---|---|---|---|---|"
	guests spin | jq "$cgroups | .workers[] | .wait_ns / .run_delay_ns" |
		row "a worker's \`wait_ns\`" "\`/proc/PID/schedstat\`, run delay"
	guests spin | jq "$cgroups | .sched_delay.sum / ([.workers[].run_delay_ns] | add)" |
		row "sum of a cgroup's \`sched_delay\`" "schedstat's run delay of its workers"
	guests fan | jq "$cgroups | [.workers[] | select(.wake_latency.count > 0)] |
		([.[].wake_latency.sum] | add) / ([.[].run_delay_ns] | add)" |
		row "sum of a cgroup's \`wake_latency\`" "schedstat's run delay of the wakees"
	guests spin | jq "$cgroups | ([.workers[].cpu_ns] | add) / .usage_ns" |
		row "CPU time of spinners" "their cgroup's cpu.stat, \`usage_usec\`"
	if command -v cyclictest >/dev/null; then
		run sleep --scenario sleep.yaml
		run cyclictest --scenario cyclictest.yaml
		ours=$(guests sleep | jq "$cgroups | .workers[] | .sleep_overshoot | select(.count > 0) | .sum / .count / 1000")
		theirs=$(jq '.payload_metrics[0].metrics[] | select(.name == "avg") | .value' "$work"/cyclictest/ktstr/*/*.ktstr.json)
		echo "$ours $theirs" | awk '{ print $1 / $2 }' |
			row "mean \`sleep_overshoot\` of a worker at set times" "\`cyclictest\`, average"
	fi
	if command -v perf >/dev/null; then
		run perf --scenario perf.yaml
		ours=$(guests pipe | jq -s '[.[] | .cgroup | select(.) | .workers[]] | ([.[].iterations] | add) / 2 /
			(.[0].wall_ns / 1e9)')
		theirs=$(jq '.payload_metrics[0].metrics[] | select(.name == "rate") | .value' "$work"/perf/ktstr/*/*.ktstr.json)
		echo "$ours $theirs" | awk '{ print $1 / $2 }' |
			row "round trips of \`pipe_ping_pong\`" "\`perf bench sched pipe\`, $(perf --version | cut -d' ' -f3)"
	fi
} >table
[ "${1:-}" = --write ] || { cat table; exit 0; }
sed -i -e '/^<!-- agreement -->$/,/^<!-- end -->$/{//!d}' -e "/^<!-- agreement -->\$/r table" "$page"
