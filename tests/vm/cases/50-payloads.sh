# Debian's hackbench, cyclictest, stress-ng and rt-app run under two schedulers. Each of their metrics is in
# the sidecars and in a comparison.
for program in hackbench cyclictest stress-ng rt-app; do
	command -v $program >/dev/null || skip "$program is not installed: make check installs it"
done
exits 0 -- harness test --repeat 1 --clock virtual --kernel 7.0 --scheduler eevdf --scheduler vtime --level soak -E payload_
[ "$(sidecars | wc -l)" = 8 ] || die "not 8 sidecars: $(sidecars)"
for f in $(sidecars); do
	jq -e '.payload_metrics | length == 1 and .[0].exit_code == 0 and (.[0].metrics | length > 0 and
		all(.value != null))' "$f" >/dev/null || die "$f: $(jq -c .payload_metrics "$f")"
	jq -e '.stats.total_cpu_share > 1' "$f" >/dev/null || die "$f: the payload is not in its cgroup"
	name=$(jq -r .payload "$f")
	grep -q . "${f%.ktstr.json}.$name-0.txt" || die "$f: no output of $name"
done
exits 0 -- stats validate
exits 0 1 -- stats compare --a-scheduler eevdf --b-scheduler vtime --all
for metric in hackbench:time cyclictest:avg cyclictest:max stress-ng:bogo_ops_rate rt-app:wakeup_p99 rt-app:slack_min; do
	says "${metric%%:*}: ${metric#*:} "
done
