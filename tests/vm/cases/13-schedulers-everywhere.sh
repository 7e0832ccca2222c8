# The bundled schedulers load, run and are counted on every sched_ext kernel Debian has.
status 0 1 3 -- harness test --kernel 6.16 --kernel 6.17 --kernel 6.18 --kernel 6.19 --kernel 7.0 --kernel 7.1 \
	--kernel 7.2 --scheduler vtime --scheduler fifo --topology 1n2l1c1t --duration 200ms -E cgroup_pipe
[ "$(sidecars | wc -l)" = 14 ] || die "not 14 sidecars"
for f in $(sidecars); do
	jq -e '.outcome == "pass" or .outcome == "fail" or .outcome == "inconclusive"' "$f" >/dev/null || die "$f: $(jq -r .cause "$f")"
	jq -e '.scheduler_exit == null and .scheduler_info.ops != null and .stats.total_iterations > 0' "$f" \
		>/dev/null || die "$f: $(jq -r .cause "$f")"
done
