#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# make demo: runs the smoke level on two kernels, under EEVDF and under a bundled sched_ext scheduler, then
# lists the results and compares the kernels. It uses the virtual clock: on the real clock, a busy machine or
# one with few CPUs changes every figure. Each test runs eight times with different seeds: a comparison of
# single runs would find differences between identical kernels. make runs this after `deps`.
set -eu
cd "$(dirname "$0")/.."

A=${DEMO_A:-6.17}
B=${DEMO_B:-7.0}
how='--level smoke --clock virtual --duration 500ms --repeat 8'
step() { printf '\n== %s\n' "$*"; }

step "building"
make -s -j2 all
step "fetching kernels $A and $B (kept for later runs)"
target/bin/harness kernel fetch "$A"
target/bin/harness kernel fetch "$B"
step "harness test --kernel $A --kernel $B --scheduler eevdf --scheduler vtime $how"
tested=0
target/bin/harness test --kernel "$A" --kernel "$B" --scheduler eevdf --scheduler vtime $how || tested=$?
step "stats list"
target/bin/stats list
step "stats compare --a-kernel $A --b-kernel $B"
compared=0
target/bin/stats compare --a-kernel "$A" --b-kernel "$B" || compared=$?

# If tests fail or a metric is worse, that is a result and not a failure of the demo. The demo fails only
# if there is no result.
step "exit status of harness test: $tested, of stats compare: $compared (0 good, 1 something failed or is worse)"
case $tested in 0 | 1 | 3) ;; *) exit "$tested" ;; esac
[ $compared -le 1 ] || exit $compared
