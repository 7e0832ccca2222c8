# Side by side with others: virtual time only.
# Faulty schedulers that only tracing can find, and good ones (case 32 trips the same checks, and that of breach, with
# workloads).
run() {
	local name=$1
	shift
	KTSTR_TARGET_DIR=$PWD/$name harness test --repeat 1 --kernel 7.0 --clock virtual --topology 1n1l2c1t "$@"
}
# failed NAME CHECK: some cgroup is beyond that limit.
failed() { jq -e --arg c "$2" '.reasons | any(.check == $c and .outcome == "fail")' "$1"/ktstr/*/*.ktstr.json >/dev/null || die "$1: $2 did not trip"; }
worst() { jq "[.stats.cgroups[].$2] | max" "$1"/ktstr/*/*.ktstr.json; }

# Work conservation: three spinners and a scheduler that only uses CPU 0.
cat >spin.yaml <<'Y'
name: three_spinners
summary: three spinners on two CPUs
cgroups:
  - name: all
    works: [{ type: cpu_spin, workers: 3 }]
checks: { max_idle_wait_pct: 20 }
Y
exits 1 -- run one_cpu --scheduler "$BROKEN/one_cpu.bpf.o" --scenario spin.yaml --duration 300ms
failed one_cpu max_idle_wait_pct
for s in vtime; do
	exits 0 -- run "busy_$s" --scheduler $s --scenario spin.yaml --duration 300ms
	echo "$s: idle_wait_pct $(worst "busy_$s" idle_wait_pct)"
done

# Longest wait: a scheduler makes one worker wait for 1.5 s; the default limit applies.
cat >wait.yaml <<'Y'
name: long_wait
summary: three spinners on two CPUs, for long enough
cgroups:
  - name: all
    works: [{ type: cpu_spin, workers: 3 }]
checks: { max_gap_ms: inf, max_spread_pct: inf }
Y
exits 1 -- run starve --scheduler "$BROKEN/starve.bpf.o" --scenario wait.yaml --duration 2500ms
failed starve max_wait_ms
exits 0 -- run fifo --scheduler fifo --scenario wait.yaml --duration 500ms
echo "fifo: longest_wait_ms $(worst fifo longest_wait_ms)"
