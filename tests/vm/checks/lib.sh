# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# For cases that go through tests/vm/checks/trips.txt: what trips each check, and what does not.
checks=$TOP/tests/vm/checks

run_once() { # SCENARIO SCHEDULER CLOCK: its sidecar is sidecars/SCENARIO-SCHEDULER-CLOCK
	local to=$PWD/sidecars/$1-$2-$3 sched=$2
	[ ! -e "$BROKEN/$2.bpf.o" ] || sched=$BROKEN/$2.bpf.o
	[ ! -e "$to" ] || return 0
	exits 0 1 3 -- env KTSTR_SIDECAR_DIR="$to.d" harness test --repeat 1 --kernel 7.0 --scenario "$checks/$1.yaml" \
		--scheduler "$sched" --clock "$3"
	mkdir -p sidecars
	mv "$to.d"/*.ktstr.json "$to"
}

# said SIDECAR CHECK: the check is beyond its limit.
said() {
	jq -e --arg c "$2" '.reasons | any(.check == $c and .outcome == "fail" and
		(.text | test("over the limit|under the limit|starved")))' "$1" >/dev/null
}
# quiet SIDECAR CHECK: the check was judged and passed (without data it would be among the reasons).
quiet() {
	jq -e --arg c "$2" '.outcome != "error" and .outcome != "skip" and (.reasons | all(.check != $c))' "$1" >/dev/null
}
# asked SCENARIO CHECK: the limit applies there; otherwise its quiet would prove nothing.
asked() { grep -q "^  $2: [0-9]" $(sed -n "s|^include: \[\(.*\)\]|$checks/\1|p" "$checks/$1.yaml"); }

# go_through WHICH: runs the rows tripped under the kernel's own scheduler ("own") or another one ("other").
go_through() {
	local check sick sick_sched sick_clock well well_sched well_clock rows bad seen=0
	rows=$(grep -v '^#' "$checks/trips.txt")
	bad=$(awk 'NF != 7' <<<"$rows")
	[ -z "$bad" ] || die "trips.txt: a row has seven words, but: $bad"
	[ "$(wc -l <<<"$rows")" -ge 20 ] || die "trips.txt has only these rows: $rows"
	while read -r check sick sick_sched sick_clock well well_sched well_clock; do
		[ "$1" = "$([ "$sick_sched" = eevdf ] && echo own || echo other)" ] || continue
		seen=$((seen + 1))
		run_once "$sick" "$sick_sched" "$sick_clock"
		run_once "$well" "$well_sched" "$well_clock"
		asked "$well" "$check" || die "$well does not ask for $check"
		said "sidecars/$sick-$sick_sched-$sick_clock" "$check" || die "$check: $sick under $sick_sched did not trip it"
		quiet "sidecars/$well-$well_sched-$well_clock" "$check" || die "$check: $well under $well_sched tripped it"
	done <<<"$rows"
	[ $seen -ge 5 ] || die "only $seen rows are of $1"
}
