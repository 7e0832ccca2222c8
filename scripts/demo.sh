#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# make demo: two kernels, the default suite under EEVDF and under a bundled sched_ext scheduler, then
# what there is and how the kernels compare. Under the virtual clock, for a machine that is busy or has few
# CPUs shows in every figure of the real one. Run by make after `deps`.
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
step "harness test --kernel $A --kernel $B --scheduler eevdf --scheduler vtime --level smoke --clock virtual"
tested=0
target/bin/harness test --kernel "$A" --kernel "$B" --scheduler eevdf --scheduler vtime --level smoke --clock virtual || tested=$?
step "stats list"
target/bin/stats list
step "stats compare --a-kernel $A --b-kernel $B"
compared=0
target/bin/stats compare --a-kernel "$A" --b-kernel "$B" || compared=$?

# What the tests and the comparison found is the answer, not a failure of the demo; only what kept
# them from answering is.
step "exit status of harness test: $tested, of stats compare: $compared (0 good, 1 something failed or is worse)"
case $tested in 0 | 1 | 3) ;; *) exit "$tested" ;; esac
[ $compared -le 1 ] || exit $compared
