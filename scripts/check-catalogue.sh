#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# make check-catalogue: runs the catalogue under each scheduler on the real clock, then twice in virtual time.
# The two virtual runs must agree to the last digit. It is too long for make check: the default level takes
# about 20 minutes on two cores, most of it on the real clock.
#	KERNELS="7.0"  SCHEDULERS="eevdf vtime"  LEVEL=default  CLOCKS="real virtual"
# Tests that fail are printed, but only an error or a difference makes this script fail.
set -eu -o pipefail
TOP=$(cd "$(dirname "$0")/.." && pwd)
export TOP
. "$TOP/tests/vm/lib.sh"
dir=$TOP/target/catalogue
rm -rf "$dir"
mkdir -p "$dir"
options=(--repeat 1 --level "${LEVEL:-default}" --offline)
for k in ${KERNELS:-7.0}; do options+=(--kernel "$k"); done
for s in ${SCHEDULERS:-eevdf vtime}; do options+=(--scheduler "$s"); done

run() { # DIRECTORY OPTION…
	local got=0 to=$dir/$1
	shift
	echo "== $*"
	KTSTR_SIDECAR_DIR=$to harness test "${options[@]}" "$@" || got=$?
	case $got in 0 | 1 | 3) ;; *) die "exit status $got" ;; esac
}
clocks=${CLOCKS:-real virtual}
case $clocks in *real*) run real --clock real ;; esac
case $clocks in *virtual*) ;; *) exit 0 ;; esac
run one --clock virtual
run two --clock virtual

compared=0 differ=0
for f in "$dir"/one/*.ktstr.json; do
	exact_part "$f" >"$dir/a"
	exact_part "$dir/two/$(basename "$f")" >"$dir/b"
	compared=$((compared + 1))
	cmp -s "$dir/a" "$dir/b" && continue
	differ=$((differ + 1))
	jq -r '"differs: \(.test_name) \(.scheduler) \(.topology)"' "$f"
	diff "$dir/a" "$dir/b" | head -n 6
done
echo "$compared pairs of runs in virtual time, $differ differ"
[ $differ = 0 ] && [ $compared -gt 0 ]
