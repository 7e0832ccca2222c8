# Side by side with others: virtual time only.
# The stalls of the catalogue are stalls: real-time spinners are told to hold all CPUs for 500 ms, of which
# starting them takes some 50. The one that looks for it finds it, the other sees all workers get going again
# and the scheduler still there.
for name in stall_detect stall_recovery; do
	exits 0 -- env KTSTR_SIDECAR_DIR="$PWD/a" harness test --kernel 7.0 --clock virtual --scheduler vtime \
		--scenario "$TOP/harness/scenario/catalogue/$name.yaml" --jobs 1
	jq -e '[.stats.cgroups[] | select(.name == "stalled").max_gap_ms] | .[0] >= 400' a/$name-*.ktstr.json >/dev/null ||
		die "$name: no stall"
	jq -e '.scheduler_exit == null' a/$name-*.ktstr.json >/dev/null || die "$name: the scheduler is gone"
done
jq -e '.expected.met and .expected.seen_outcome == "fail"' a/stall_detect-*.json >/dev/null || die "the stall was not found"
# Half of the run was theirs, and they used it.
jq -e '[.stats.cgroups[] | select(.name == "stalled").cpu_share] | .[0] > 25' a/stall_recovery-*.json >/dev/null ||
	die "those that were stalled did not recover"
