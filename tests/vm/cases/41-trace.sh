# Side by side with others: virtual time only.
# Tracing agrees with the kernel's own counters: for every worker, the traced wait time is within 1 % of schedstat's run
# delay. In virtual time, since there no vCPU is stopped between the two stamps of one moment. On one CPU the agent keeps
# the worker that arrived last from falling asleep before the start.
exits 0 1 -- harness test --repeat 1 --kernel 7.0 --clock virtual --scheduler eevdf --scheduler vtime \
	--topology 1n1l1c1t --topology 1n1l2c1t --duration 300ms -E cgroup_oversubscribed --keep-artefacts
compared=0
for f in "$KTSTR_TARGET_DIR"/ktstr/*/*.guest.jsonl; do
	compared=$((compared + 1))
	jq -es '[.[] | .cgroup | select(.) | .workers[]] | length >= 4 and
		all(.wait_ns > 1e7 and (.wait_ns / .run_delay_ns - 1 | fabs) <= 0.01)' "$f" >/dev/null ||
		die "$f: $(jq -c '.cgroup | select(.) | .workers[] | [.wait_ns, .run_delay_ns]' "$f")"
	jq -es '[.[] | .cgroup | select(.)] | length == 2 and all(
		(.sched_delay.count > 0) and .sched_delay.max <= .longest_wait_ns and
		all(.workers[]; .breach_ns == 0 and (.cpus_visited | length) > 0))' "$f" >/dev/null ||
		die "$f: $(jq -c '.cgroup | select(.)' "$f")"
done
[ $compared = 4 ] || die "compared $compared, wanted 4"
for f in $(sidecars); do
	jq -e '.guest.traced == true' "$f" >/dev/null || die "$f: not traced"
done
