# Each way to fail ends in its own outcome, with the text that docs/outcomes.md promises in the first line.
# The first part needs no load, so harness load does it; the rest are short tests.
F=$TOP/target/tests/fault

# not_loaded REASON OPTION…: the fixture does not load, for this reason.
not_loaded() {
	local reason=$1
	shift
	exits 1 -- harness load "$F/fault.bpf.o" --kernel 6.17 --topology 1n1l2c1t "$@"
	says "fault on 6.17.13: $reason"
}
not_loaded "fault_enqueue refused by the verifier: R0 invalid mem access 'map_value_or_null' (" --set fault_mode=FAULT_VERIFIER
says 'fault.bpf.c:'
says 'return *value;)'
not_loaded 'fault_enqueue refused by the verifier: infinite loop detected at insn' --set fault_mode=FAULT_LOOP
not_loaded 'runtime error: ops.init() failed (-12)' --set fault_mode=FAULT_INIT
not_loaded 'scx_bpf_error: init gave up on 2 CPUs' --set fault_mode=FAULT_INIT_ERROR
not_loaded 'sched_ext_ops.flags has 0x4000000000000, which this kernel does not have' --ops flags=1125899906842624
not_loaded 'sched_ext_ops.name is "my sched": the kernel allows only letters, digits, "_" and "."' --ops 'name=my sched'
not_loaded 'map fault_map (hash, 4294967295 entries of 4+8 bytes) cannot be made: -E2BIG' --map fault_map=4294967295

exits 1 -- harness load "$F/no_config.bpf.o" "$F/no_kfunc.bpf.o" "$F/no_map_type.bpf.o" "$F/no_type.bpf.o" --kernel 6.17
says "no_config on 6.17.13: CONFIG_KTSTR_NO_SUCH_OPTION is not in this kernel's configuration"
says "no_kfunc on 6.17.13: function scx_bpf_no_such_function is not in this kernel's BTF"
says 'no_map_type on 6.17.13: map future_map cannot be made: this kernel has no map type 999'
says 'no_type on 6.17.13: no_type_enqueue: failed to resolve CO-RE relocation <byte_off> ['
says '] struct task_struct___future.no_such_member'

# runs MODE KIND CAUSE [SCENARIO]: a test fails in this mode, of this kind, with this cause.
runs() {
	rm -rf "$KTSTR_TARGET_DIR"
	exits 1 -- harness test --repeat 1 --clock real --kernel 6.17 --scheduler "$F/fault.bpf.o" --set fault_mode="$1" \
		--level default --topology 1n1l3c1t --duration 5s -E "${4:-cgroup_steady}"
	[ "$(the_sidecar .outcome)" = fail ] || die "$1: outcome $(the_sidecar .outcome)"
	[ "$(the_sidecar .fault)" = "$2" ] || die "$1: fault $(the_sidecar .fault)"
	[ "$(the_sidecar .scheduler_exit.kind)" = "$2" ] || die "$1: kind $(the_sidecar .scheduler_exit.kind)"
	the_sidecar .cause | grep -Eq "^scheduler fault $3\$" || die "$1: cause $(the_sidecar .cause)"
	the_sidecar .fingerprint | grep -Eqx '[0-9a-f]{8}' || die "$1: fingerprint"
	exits 0 -- stats validate
}
# An error as early as that may come before or after the attach is known to have succeeded.
runs FAULT_AT_ONCE 'bpf error' '(did not start|exited): scx_bpf_error: the first dispatch gave up on CPU [0-2]'
runs FAULT_EXIT exit 'exited: unregistered from BPF: the fixture had enough after task [0-9]+ \(exit code 42\)'
runs FAULT_QUEUE error 'exited: runtime error: non-existent DSQ 0xdead for .*'
runs FAULT_STALL stall \
	'exited: runnable task stall: .* \((w:.* has waited for [0-9.]+ s )?on CPU [0-2], in no dispatch queue; the CPU (was idle|ran .*)\)'
the_sidecar '.evidence | length == 3' >/dev/null || die "evidence: $(the_sidecar .evidence)"
the_sidecar '.evidence[0]' | grep -q '^longest waiters: w:cpu_spin' || die "evidence: $(the_sidecar .evidence)"
runs FAULT_LOST stall 'exited: runnable task stall: .*'
runs FAULT_NONE hotplug 'exited: unregistered from the main kernel: cpu 1 going offline, exiting scheduler' cpu_hotplug

# Two that fail alike are counted as one kind.
rm -rf "$KTSTR_TARGET_DIR"
exits 1 -- harness test --clock real --kernel 6.17 --scheduler "$F/fault.bpf.o" --set fault_mode=FAULT_ERROR \
	--topology 1n1l2c1t --duration 5s --repeat 2 -E cgroup_steady
says '2 tests failed alike ('
# shellcheck disable=SC2046 # their names have no spaces
jq -e -s 'length == 2 and all(.fault == "bpf error" and .outcome == "fail" and
	(.cause | test("^scheduler fault exited: scx_bpf_error: the fixture gave up on task [0-9]+$")))' \
	$(sidecars) >/dev/null || die "the error's text is the cause"

# A scheduler of the kernel's that commands switch on, and off: its last command finds it in force after the
# load. Each command that fails is a failure of its own; a replay runs them again.
cat >ktstr.yaml <<'Y'
kernels: 6.17
schedulers:
  - name: calm
    enable: ["sh -c 'echo NO_WAKEUP_PREEMPTION >/sys/kernel/debug/sched/features'"]
    disable: ["grep -qw NO_WAKEUP_PREEMPTION /sys/kernel/debug/sched/features"]
  - name: not_on
    enable: ["true", "sh -c 'echo no such knob >&2; exit 3'"]
  - name: not_off
    enable: ["true"]
    disable: ["grep -qw NO_WAKEUP_PREEMPTION /sys/kernel/debug/sched/features"]
Y
rm -rf "$KTSTR_TARGET_DIR"
exits 1 -- harness test --clock virtual --duration 50ms --topology 1n1l1c1t -E cgroup_steady --repeat 1
# shellcheck disable=SC2046 # their names have no spaces
jq -r '"\(.scheduler) \(.outcome) \(.fault) \(.cause)"' $(sidecars) | sort >ends
diff - ends <<'Y' || die "not these ends"
calm pass null null
not_off fail disable scheduler not_off was not switched off: grep -qw NO_WAKEUP_PREEMPTION /sys/kernel/debug/sched/features: /usr/bin/grep: exit status 1
not_on fail enable scheduler not_on was not switched on: sh -c 'echo no such knob >&2; exit 3': /usr/bin/dash: exit status 3: no such knob
Y
# shellcheck disable=SC2046 # likewise
exits 0 -- harness replay "$(grep -l '"calm"' $(sidecars))"
says 'same result as '
