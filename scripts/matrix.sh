#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# make matrix: runs the smoke level under each bundled scheduler on the newest cached kernel of each series that has
# sched_ext, in virtual time, and rewrites the table of docs/kernels.md.   matrix.sh [RESULT.json]: only writes the table.
#	KERNELS="6.12 7.3": replaces only the rows of these   SCHEDULERS="fifo vtime"
# A test that fails is a row of the table, not a failure of this script.
set -eu -o pipefail
cd "$(dirname "$0")/.."
page=docs/kernels.md
work=target/matrix
result=${1:-$work/result.json}

cached_series() { # oldest first
	"${BIN:-target/bin}/harness" kernel list --json |
		jq -r '[.[] | select(.sched_ext and (.incomplete | not)) | .version | split(".")[:2] | map(tonumber)] | unique | .[] | join(".")'
}

run() {
	local options=(--no-suite --level smoke --clock virtual --duration 200ms --repeat 1 --offline) got=0 k s
	for k in ${KERNELS:-$(cached_series)}; do options+=(--kernel "$k"); done
	for s in ${SCHEDULERS:-$(basename -a -s .bpf.o target/lib/schedulers/*.bpf.o)}; do options+=(--scheduler "$s"); done
	rm -rf "$work/runs"
	mkdir -p "$work"
	KTSTR_SIDECAR_DIR=$PWD/$work/runs "${BIN:-target/bin}/harness" test "${options[@]}" --json >"$work/new.json" || got=$?
	case $got in 0 | 1 | 3) ;; *) echo "matrix.sh: harness test ended with status $got" >&2; exit 1 ;; esac
	if [ -n "${KERNELS-}" ] && [ -e "$result" ]; then
		keep_others
	else
		mv "$work/new.json" "$result"
	fi
}

keep_others() { # the rows of kernels that were not run now
	jq -s '(.[1].tests | map(.sidecar.kernel_version)) as $now |
		{tests: ([.[0].tests[] | select(.sidecar.kernel_version as $k | $now | index([$k]) | not)] + .[1].tests)}' \
		"$result" "$work/new.json" >"$work/both.json"
	mv "$work/both.json" "$result"
}

# A row per kernel, a column per scheduler; below it each cause.
table() {
	jq -r '
	[.tests[].sidecar] as $all |
	($all | map(.scheduler) | unique) as $schedulers |
	def of($k; $s): $all | map(select(.kernel_version == $k and .scheduler == $s));
	def cell: (map(select(.outcome == "pass")) | length) as $n |
		if $n == length then "\(length) pass" else "\($n) pass, " + (map(.outcome) - ["pass"] | group_by(.) |
			map("\(length) \(.[0])") | join(", ")) end;
	"",
	"Made on \($all | map(.timestamp[:10]) | max) by `make matrix`: the smoke level (\($all | map(.test_name) | unique |
		map("`" + . + "`") | join(", "))), virtual clock.",
	"",
	"| kernel | \($schedulers | join(" | ")) |", "|---|\($schedulers | map("---|") | add)",
	($all | map(.kernel_version) | unique | sort_by(split(".") | map(tonumber)) | .[] as $k |
		"| \($k) | \([$schedulers[] as $s | of($k; $s) | cell] | join(" | ")) |"),
	"",
	([$all[] | select(.outcome != "pass")] | group_by([.kernel_version, .scheduler, .cause]) | .[] |
		"- \(.[0].kernel_version), \(.[0].scheduler), \(map(.test_name) | join(", ")): \(.[0].cause // .[0].outcome)")
	' "$result"
}

[ $# -gt 0 ] || run
table >"$work/table.md"
sed -i -e '/^<!-- matrix -->$/,/^<!-- end -->$/{//!d}' -e "/^<!-- matrix -->\$/r $work/table.md" "$page"
cat "$work/table.md"
