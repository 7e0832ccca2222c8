# The bundled schedulers load, run and are counted on every sched_ext kernel of Debian. Each boot begins under one
# and ends under the other, with tracing and samples of the run queues.
cat >both.yaml <<'Y'
name: both_schedulers
summary: the test's scheduler, then the other bundled one
cgroups:
  - name: spin
    works: [{ type: cpu_spin, workers: 100% }]
  - name: pairs
    works: [{ type: pipe_ping_pong, workers: 2 }]
steps:
  - { name: own }
  - { name: other, ops: [{ replace_scheduler: fifo }] }
Y
exits 0 1 3 -- harness test --repeat 1 --clock real --kernel 6.16 --kernel 6.17 --kernel 6.18 --kernel 6.19 --kernel 7.0 --kernel 7.1 \
	--kernel 7.2 --scheduler vtime --topology 1n2l1c1t --duration 400ms --scenario both.yaml
[ "$(sidecars | wc -l)" = 7 ] || die "not 7 sidecars"
for f in $(sidecars); do
	jq -e '.outcome == "pass" or .outcome == "fail" or .outcome == "inconclusive"' "$f" >/dev/null || die "$f: $(jq -r .cause "$f")"
	jq -e '.scheduler_exit == null and .scheduler_info.ops == "vtime" and .stats.total_iterations > 0' "$f" \
		>/dev/null || die "$f: $(jq -r .cause "$f")"
	jq -e '[.stimulus_events[] | select(.op_kind == "replace_scheduler" and .detail == "fifo" and .error == null)] | length == 1' \
		"$f" >/dev/null || die "$f: not under fifo: $(jq -c .stimulus_events "$f")"
	jq -e '.guest.traced and .monitor.total_samples > 0' "$f" >/dev/null ||
		die "$f: not traced: $(grep -h 'no tracing' "${f%.ktstr.json}.guest.jsonl" | head -c 2000)"
done
