#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# make demo: two kernels, the default suite under EEVDF and under a bundled sched_ext scheduler, then
# what there is and how the kernels compare. Run by make after `deps`.
set -eu
cd "$(dirname "$0")/.."

A=${DEMO_A:-6.17}
B=${DEMO_B:-7.0}
step() { printf '\n== %s\n' "$*"; }

step "building"
make -s -j2 all
step "fetching kernels $A and $B (kept for later runs)"
target/bin/harness kernel fetch "$A"
target/bin/harness kernel fetch "$B"
step "harness test --kernel $A --kernel $B --scheduler eevdf --scheduler vtime"
status=0
target/bin/harness test --kernel "$A" --kernel "$B" --scheduler eevdf --scheduler vtime || status=$?
[ $status -le 1 ] || [ $status = 3 ] || exit $status
step "stats list"
target/bin/stats list
step "stats compare --a-kernel $A --b-kernel $B"
compared=0
target/bin/stats compare --a-kernel "$A" --b-kernel "$B" || compared=$?
# 1 says "something is worse", which is an answer; anything above is not.
[ $compared -le 1 ] || exit $compared
exit $status
