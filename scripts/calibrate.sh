#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# make calibrate: how often comparisons of identical code raise an alarm, and what they find. Makes pools of
# results under target/calibrate, in parts of ten seeds: what is there already is not run again. Then it
# writes the tables of docs/statistics.md and stats/calibrated.h, which `stats compare` quotes.
#	CLOCK=virtual KERNEL=7.0 PARTS=6 WORSE_PARTS=3 JOBS=2    ten seeds a part
# About three quarters of an hour on two cores that do nothing else.
set -eu
cd "$(dirname "$0")/.."
TOP=$PWD
clock=${CLOCK:-virtual} kernel=${KERNEL:-7.0}
fixtures=$TOP/target/tests/fixtures/schedulers
nulls=(vtime_counted vtime_longer vtime_relaid vtime_renamed)
worse=(vtime_slice110 vtime_slice120 vtime_slice130 vtime_slice150 vtime_slice200 vtime_blind vtime_one_llc)
tests=(cgroup_pipe cgroup_steady cgroup_oversubscribed)
pools=$TOP/target/calibrate/$clock-$kernel
# Other code is another pool.
state=$(cat target/lib/agent target/lib/schedulers/vtime.bpf.o target/bin/harness | sha256sum | cut -c1-12)
mkdir -p "$pools/$state"

# part GROUP TEST NUMBER SCHEDULER…: ten seeds of one test under each scheduler.
part() {
	local to=$pools/$state/$1-$2-$3 test=$2 number=$3 args=() s got=0
	shift 3
	[ ! -e "$to.done" ] || return 0
	rm -rf "$to"
	for s; do
		if [ "$s" = vtime ]; then args+=(--scheduler vtime); else args+=(--scheduler "$fixtures/$s.bpf.o"); fi
	done
	KTSTR_SIDECAR_DIR=$to target/bin/harness test --no-suite --kernel "$kernel" --clock "$clock" --duration 1s \
		--level smoke -E "$test" --repeat 10 --seed $((10 * number + 1)) --jobs "${JOBS:-2}" "${args[@]}" \
		>"$to.log" 2>&1 || got=$?
	case $got in 0 | 1 | 3) touch "$to.done" ;; *) cat "$to.log" >&2; exit "$got" ;; esac
	echo "$(basename "$to"): $(tail -n 2 "$to.log" | head -n 1)"
}
for ((i = 0; i < ${PARTS:-6}; i++)); do
	for t in "${tests[@]}"; do
		part null "$t" "$i" vtime "${nulls[@]}"
		if [ "$i" -lt "${WORSE_PARTS:-3}" ]; then part worse "$t" "$i" "${worse[@]}"
		else part worse "$t" "$i" vtime_slice130; fi # as many as the looks of `harness ab` ask for
	done
done

options=(--dir "$pools/$state")
for s in "${nulls[@]}"; do options+=(--null "$s"); done
for s in "${worse[@]}"; do options+=(--worse "$s"); done
table=$(mktemp)
trap 'rm -f "$table"' EXIT
target/bin/stats calibrate "${options[@]}" --format markdown >"$table"
page=docs/statistics.md
begin="<!-- calibrate $clock -->"
sed -i -e "/^$begin\$/,/^<!-- end -->\$/{//!d}" -e "/^$begin\$/r $table" "$page"

# One row for each clock and number of runs; those of the other clock stay.
header=stats/calibrated.h
{
	sed '/^#define CALIBRATED/q' "$header"
	{
		sed -n '/^	X(/s/ *\\$//p' "$header" | grep -v "X(\"$clock\"," || true
		target/bin/stats calibrate "${options[@]}" --json | jq -r '. as $c | .all_null | to_entries[] |
			select(.key | startswith("at_")) | select(.value.of > 0) |
			"\tX(\"\($c.clock)\", \(.key[3:]), \(100 * .value.hits / .value.of * 10 | round / 10), \"\($c.kernel)\", \"\($c.date)\")"'
	} | sed 's/$/ \\/'
	printf '\n#endif\n'
} >"$table"
cp "$table" "$header"
echo "written: $page, $header"
