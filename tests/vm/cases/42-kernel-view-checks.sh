# Side by side with others: virtual time only.
# What only the kernel's view can say, each with one that must trip it and one that must not.
run() {
	local name=$1
	shift
	KTSTR_TARGET_DIR=$PWD/$name harness test --kernel 7.0 --clock virtual --topology 1n1l2c1t "$@"
}
# failed NAME CHECK: some cgroup is over that limit.
failed() { jq -e --arg c "$2" '.reasons | any(.check == $c and .outcome == "fail")' "$1"/ktstr/*/*.ktstr.json >/dev/null || die "$1: $2 did not trip"; }
worst() { jq "[.stats.cgroups[].$2] | max" "$1"/ktstr/*/*.ktstr.json; }

# Work conservation: three spinners, and a scheduler that only knows CPU 0.
cat >spin.yaml <<'Y'
name: three_spinners
summary: three spinners on two CPUs
cgroups:
  - name: all
    works: [{ type: cpu_spin, workers: 3 }]
checks: { max_idle_wait_pct: 20 }
Y
status 1 -- run one_cpu --scheduler "$BROKEN/one_cpu.bpf.o" --scenario spin.yaml --duration 300ms
failed one_cpu max_idle_wait_pct
for s in eevdf vtime; do
	status 0 -- run "busy_$s" --scheduler $s --scenario spin.yaml --duration 300ms
	echo "$s: idle_wait_pct $(worst "busy_$s" idle_wait_pct)"
done

# Longest wait: a scheduler that lets one worker wait for 1.5 s, under the default limit.
cat >wait.yaml <<'Y'
name: long_wait
summary: three spinners on two CPUs, for long enough
cgroups:
  - name: all
    works: [{ type: cpu_spin, workers: 3 }]
checks: { max_gap_ms: inf, max_spread_pct: inf }
Y
status 1 -- run starve --scheduler "$BROKEN/starve.bpf.o" --scenario wait.yaml --duration 2500ms
failed starve max_wait_ms
status 0 -- run fifo --scheduler fifo --scenario wait.yaml --duration 500ms
echo "fifo: longest_wait_ms $(worst fifo longest_wait_ms)"

# Breach: workers that leave their cgroup, behind the scenario's back, for siblings without its cpuset. Nobody breaches
# when each keeps to its place, though the places are changed under them.
cat >stray.yaml <<'Y'
name: stray
summary: workers that leave the cgroup they were put in, and with it its cpuset
cgroups:
  - name: boxed
    cpuset: "0"
    works:
      - { type: cpu_spin, workers: 2 }
      - { type: cgroup_attach_storm, workers: 2 }
Y
status 1 -- run stray --scheduler eevdf --scenario stray.yaml --duration 300ms
failed stray max_breach_ms
status 0 -- run swap --scheduler eevdf --scheduler vtime -E cgroup_cpuset_swap --duration 400ms
[ "$(jq -s '[.[].stats.cgroups[].breach_ms] | add' swap/ktstr/*/*.ktstr.json)" = 0 ] || die "a breach without one"
