# Side by side with others: virtual time only.
# The stall scenarios of the catalogue really stall: real-time spinners hold all CPUs for 500 ms; starting them
# takes some 50 of these. One scenario finds the stall. In the other, all workers run again afterwards and the
# scheduler is still attached.
for name in stall_detect stall_recovery; do
	exits 0 -- env KTSTR_SIDECAR_DIR="$PWD/a" harness test --repeat 1 --kernel 7.0 --clock virtual --scheduler vtime \
		--scenario "$TOP/harness/scenario/catalogue/$name.yaml" --jobs 1
	jq -e '[.stats.cgroups[] | select(.name == "stalled").max_gap_ms] | .[0] >= 400' a/$name-*.ktstr.json >/dev/null ||
		die "$name: no stall"
	jq -e '.scheduler_exit == null' a/$name-*.ktstr.json >/dev/null || die "$name: the scheduler is gone"
done
jq -e '.expected.met and .expected.seen_outcome == "fail"' a/stall_detect-*.json >/dev/null || die "the stall was not found"
# The spinners had half of the run and used it.
jq -e '[.stats.cgroups[] | select(.name == "stalled").cpu_share] | .[0] > 25' a/stall_recovery-*.json >/dev/null ||
	die "those that were stalled did not recover"
