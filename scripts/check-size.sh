#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Functions have at most 70 lines (from the name to the closing brace, by universal-ctags), files at
# most 700. Prints each that is longer. A run that checked nothing fails.
#
# scripts/check-size.sh [DIR]: the tree to check (default: this one).
set -u
cd "${1:-$(dirname "$0")/..}" || exit 2

max_function=70
max_file=700
export LC_ALL=C

ctags=$(command -v ctags-universal || command -v ctags) || {
	echo "check-size: universal-ctags is missing (make deps installs it)" >&2
	exit 1
}
"$ctags" --version 2>/dev/null | grep -q 'Universal Ctags' || {
	echo "check-size: $ctags is not universal-ctags (make deps installs it)" >&2
	exit 1
}

mapfile -t files < <(git ls-files -- '*.c' '*.h')
if [ ${#files[@]} = 0 ]; then
	echo "check-size: git tracks no .c or .h file here" >&2
	exit 1
fi

functions=$("$ctags" --languages=C --langmap=C:.c.h --kinds-C=f --fields=+ne \
	-I 'PRINTF+,CLEANUP+,MUST_CHECK,NORETURN,UNUSED' -f - "${files[@]}") || exit 1

{
	wc -l -- "${files[@]}" | sed '$d' | awk '{ print "file", $1, $2 }'
	printf '%s\n' "$functions" | awk -F '\t' '
		{
			first = last = 0
			for (i = 4; i <= NF; i++) {
				if ($i ~ /^line:/)
					first = substr($i, 6)
				if ($i ~ /^end:/)
					last = substr($i, 5)
			}
			if (last)
				print "function", last - first + 1, $2 ":" first ": " $1
		}'
} | awk -v max_function=$max_function -v max_file=$max_file '
	{ n[$1]++; what = $0; sub(/^[a-z]+ [0-9]+ /, "", what) }
	$1 == "file" && $2 > max_file { printf "%s: %d lines, at most %d\n", what, $2, max_file; bad++ }
	$1 == "function" && $2 > max_function {
		printf "%s: %d lines, at most %d\n", what, $2, max_function
		bad++
	}
	END {
		if (!n["file"] || !n["function"]) {
			printf "check-size: %d files and %d functions: checked nothing\n", n["file"], n["function"]
			exit 1
		}
		printf "check-size: %d files, %d functions, %d too long\n", n["file"], n["function"], bad
		exit bad > 0
	}'
