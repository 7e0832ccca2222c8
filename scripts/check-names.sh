#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# One name, one meaning: no two .c or .h files have one name, and no two top-level `struct NAME {`.
# Prints each offence. A run that checked nothing fails.
#
# scripts/check-names.sh [DIR]: the tree to check (default: this one).
set -u
cd "${1:-$(dirname "$0")/..}" || exit 2

# A command NAME is cmd_NAME.c in each program; each program has its cmds.h and main.c.
alike='(^|/)(cmd_[a-z_]+\.c|cmds\.h|main\.c)$'
# Names that stand twice, though they should not, with where to mend them. One that stands once is
# to be taken out of this list.
exceptions='
'

export LC_ALL=C
names=$(git ls-files -- '*.c' '*.h' | grep -vE "$alike" | sed -E 's,^(.*/)?([^/]+)$,\2\t&,')
# Not of BPF sources, which declare the kernel's own structs by the kernel's names.
structs=$(git grep -noE '^struct [a-z_0-9]+ \{' -- '*.c' '*.h' ':!*.bpf.c' ':!schedulers' |
	sed -E 's/^([^:]+:[0-9]+):(struct [a-z_0-9]+) \{$/\2\t\1/')
if [ -z "$names" ] || [ -z "$structs" ]; then
	echo "check-names: no file or no struct among the files git tracks" >&2
	exit 1
fi

printf '%s\n%s\n' "$names" "$structs" | awk -F '\t' -v exceptions="$exceptions" '
	BEGIN {
		n = split(exceptions, rows, "\n")
		for (i = 1; i <= n; i++)
			if (match(rows[i], /^(struct )?[^ ]+/))
				excepted[substr(rows[i], 1, RLENGTH)] = 1
	}
	{ places[$1] = places[$1] " " $2; seen[$1]++ }
	END {
		for (name in seen)
			if (seen[name] > 1 && !(name in excepted)) {
				printf "%s stands %d times:%s\n", name, seen[name], places[name] | "sort"
				bad++
			}
		for (name in excepted)
			if (seen[name] < 2) {
				printf "%s is an exception without need\n", name | "sort"
				bad++
			}
		close("sort")
		printf "check-names: %d names checked, %d wrong\n", NR, bad
		exit bad > 0
	}'
