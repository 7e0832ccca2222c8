#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# In docs/runs-contract.md no cell is empty, and every function and test it names exists. So does every test
# that docs/outcomes.md names. Every variable of docs/environment.md is read (its table is made from
# base/variable.h; getenv() elsewhere does not compile).
set -u
cd "$(dirname "$0")/.."
page=docs/runs-contract.md outcomes=docs/outcomes.md

# Prints "PAGE:LINE NAME" for each name in a table's last columns, "PAGE:LINE open" for an empty cell.
names() {
	awk -F' *[|] *' '/^## 4/ { exit }
		!/^\|/ || /^\|---/ { next }
		/ where \|| held by \|/ { # the header
			delete named
			for (f = 2; f < NF; f++) named[f] = $f == "where" || $f == "held by"
			next
		}
		{
			for (f = 2; f < NF; f++) {
				if ($f == "") print FILENAME ":" NR, "open"
				if (!named[f]) continue
				n = split($f, word, "`")
				for (i = 2; i <= n; i += 2) print FILENAME ":" NR, word[i]
			}
		}' "$page"
}

# Prints "PAGE:LINE TEST" for each outcome.
held_by() {
	awk '/^- held by: / { gsub("`", ""); print FILENAME ":" NR, $4 }' "$outcomes"
}

exists() {
	case $1 in
	unit:*) grep -qE "^(PROJECT_)?TEST(_ROWS)?\(${1#unit:}[,)]" tests/unit/*.c tests/fault/*.c ;;
	cli:*) [ -f "tests/cli/${1#cli:}/cmd" ] ;;
	vm:*) [ -f "tests/vm/cases/${1#vm:}.sh" ] ;;
	*:*) grep -qE "\b${1#*:}\(" "${1%%:*}" 2>/dev/null ;;
	*) [ -f "$1" ] ;;
	esac
}

variables=$(sed -n 's/^\tX(\(VAR_[A-Z_]*\),.*/\1/p' base/variable.h)
[ "$(echo "$variables" | wc -l)" -gt 15 ] || { echo "base/variable.h: too few variables found"; exit 1; }
unread=$(for v in $variables; do
	git ls-files '*.c' | grep -v '^tests/.*/test_' | xargs grep -qwF "variable_get($v" || echo "$v"
done)
[ -z "$unread" ] || { echo "docs/environment.md: nothing reads $unread"; exit 1; }

found=$(names) held=$(held_by)
[ "$(echo "$found" | wc -l)" -gt 100 ] || { echo "$page: too few names found"; exit 1; }
[ "$(echo "$held" | wc -l)" -gt 25 ] || { echo "$outcomes: too few names found"; exit 1; }
printf '%s\n' "$found" "$held" | {
	bad=0 n=0
	while read -r line name; do
		n=$((n + 1))
		exists "$name" && continue
		echo "$line: ${name}: does not exist"
		bad=1
	done
	echo "check-contract: $n names checked"
	exit $bad
}
