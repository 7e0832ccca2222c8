# Every op of a step in one run in virtual time: each is done at its time and in order, is reported with
# its details, and a second run repeats it to the nanosecond. Then the scheduler ops under load, and an op
# that the kernel refuses.
cat >tour.yaml <<'Y'
name: ops_tour
summary: every kind of op once
checks: { max_spread_pct: inf } # workers that are moved around like this cannot get equal shares
cgroups:
  - name: left
    cpuset: llc 0
    weight: 200
    works:
      - { type: cpu_spin, workers: 100% }
  - name: right
    cpuset: llc 1
    works:
      - { type: cpu_spin, workers: 100%, nice: 5 }
      - { type: burst_sleep, workers: 2, policy: batch }
  - name: outer
    cgroups:
      - name: inner
        max: 50%
        works: [{ type: cpu_spin, workers: 1, policy: idle }]
works:
  - { type: burst_sleep, workers: 1, policy: fifo, priority: 5 }
steps:
  - name: one
    hold: 20%
    ops:
      - swap_cpusets: { cgroup: left, to: right }
      - freeze: outer/inner
      - spawn: { cgroup: left, type: cpu_spin, workers: 1, affinity: single }
  - name: two
    hold: 20%
    cgroups:
      - name: short
        works: [{ type: cpu_spin, workers: 2 }]
    ops:
      - unfreeze: outer/inner
      - set_knob: { cgroup: left, file: cpu.weight, value: "50" }
      - clear_cpuset: left
      - set_affinity: { cgroup: right, affinity: "llc 0" }
  - name: three
    hold: 20%
    ops:
      - move_tasks: { cgroup: left, to: right }
      - cpu_offline: "3"
  - name: four
    ops:
      - cpu_online: "3"
      - stop: right
      - remove_cgroup: outer
Y
tour() { KTSTR_TARGET_DIR=$PWD/$1 harness test --repeat 1 --kernel 7.0 --clock virtual --scenario tour.yaml --topology 1n2l2c1t --duration 1s; }
exits 0 -- tour a
exits 0 -- tour b
exact_part a/ktstr/*/*.ktstr.json >one
exact_part b/ktstr/*/*.ktstr.json >two
diff one two || die "two runs differ"
jq -r '.stimulus_events[] | "\(.label) \(.op_kind) \(.detail)"' one >ops
diff - ops <<'T' || die "not these ops"
one swap_cpusets left on CPUs 2-3, right on CPUs 0-1
one freeze outer/inner
one spawn work 5: 1 cpu_spin in left
two add_cgroup short
two spawn work 6: 2 cpu_spin in short
two unfreeze outer/inner
two set_knob left: cpu.weight 50
two clear_cpuset left
two set_affinity work 1: 2 cpu_spin in right, on CPUs 0-1
two set_affinity work 2: 2 burst_sleep in right, on CPUs 0-1
two remove_cgroup short
three move_tasks left to right
three cpu_offline CPUs 3
four cpu_online CPUs 3
four stop work 0: 2 cpu_spin in left
four stop work 1: 2 cpu_spin in right
four stop work 2: 2 burst_sleep in right
four stop work 5: 1 cpu_spin in left
four remove_cgroup outer/inner
four remove_cgroup outer
T
# Workers that ended during the run are reported: those of a removed cgroup and those stopped.
jq -e '[.stats.cgroups[] | select(.name == "short" or .name == "left" or .name == "outer/inner")
	| select(.iterations > 0)] | length == 3' one >/dev/null || die "reports of those that ended are lost"

cat >sched.yaml <<'Y'
name: sched_tour
summary: the scheduler goes, comes, comes anew and makes way for another
cgroups:
  - name: all
    works: [{ type: cpu_spin, workers: 150% }]
steps:
  - { name: go, ops: [{ detach_scheduler: current }] }
  - { name: come, ops: [{ attach_scheduler: test }] }
  - { name: anew, ops: [{ restart_scheduler: current }] }
  - { name: other, ops: [{ replace_scheduler: fifo }] }
Y
export KTSTR_TARGET_DIR=$PWD/sched
exits 0 3 -- harness test --repeat 1 --clock real --kernel 7.0 --scheduler vtime --scenario sched.yaml --topology 1n1l2c1t --duration 1s
[ "$(the_sidecar '[.stimulus_events[].op_kind] | join(" ")')" = \
	"detach_scheduler attach_scheduler restart_scheduler replace_scheduler" ] || die "not all four were done"
export KTSTR_TARGET_DIR=$PWD/skip
exits 0 -- harness test --repeat 1 --clock real --kernel 7.0 --scheduler eevdf --scenario sched.yaml --topology 1n1l1c1t --duration 1s
says "no scheduler but the kernel's own is attached"

cat >refused.yaml <<'Y'
name: refused
summary: a value the kernel does not take
cgroups:
  - name: all
    works: [{ type: cpu_spin, workers: 1 }]
steps:
  - { name: one, ops: [{ set_knob: { cgroup: all, file: cpu.weight, value: "-7" } }] }
Y
export KTSTR_TARGET_DIR=$PWD/refused
exits 4 -- harness test --repeat 1 --clock real --kernel 7.0 --scenario refused.yaml --topology 1n1l1c1t --duration 500ms
says "set_knob"

# All CPUs of an LLC go offline and come back: the bundled schedulers stay attached, and no task is lost in a queue.
cat >hotplug.yaml <<'Y'
name: hotplug
summary: the second LLC goes and comes back
cgroups:
  - name: all
    works: [{ type: cpu_spin, workers: 200% }]
steps:
  - { name: before, hold: 30% }
  - { name: less, hold: 30%, ops: [{ cpu_offline: llc 1 }] }
  - { name: after, ops: [{ cpu_online: llc 1 }] }
Y
export KTSTR_TARGET_DIR=$PWD/hotplug
exits 0 3 -- harness test --repeat 1 --clock real --kernel 7.0 --scheduler vtime --scheduler fifo --scenario hotplug.yaml \
	--topology 1n2l1c1t --duration 1s --jobs 1
for f in $(sidecars); do
	jq -e '.scheduler_exit == null and ([.stimulus_events[].op_kind] == ["cpu_offline", "cpu_online"])' "$f" >/dev/null ||
		die "$f: $(jq -r .cause "$f")"
done
