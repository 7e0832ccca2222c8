# Side by side. Each way in which a guest can fail ends in its own outcome, and the first line says what happened.
# Payloads bring it about. They start from one saved machine, which the first test makes.
guest_fails() { # NAME OUTCOME FAULT CAUSE [OPTION…]: the payload is on stdin
	local name=$1 outcome=$2 fault=$3 cause=$4
	shift 4
	{
		printf 'name: %s\nsummary: s\nduration: 300ms\nworks: [{ type: burst_sleep, workers: 1 }]\npayloads:\n' "$name"
		printf '  - name: p\n    wait: 20s\n    files: [{ path: %s }]\n    run:\n      - sh\n      - -c\n      - |\n' "$(command -v chrt)"
		sed 's/^/        /'
	} >"$name.yaml"
	rm -rf "$KTSTR_TARGET_DIR"
	exits 1 4 -- harness test --repeat 1 --kernel 6.17 --clock virtual --topology 1n1l1c1t --scenario "$name.yaml" "$@"
	[ "$(the_sidecar '"\(.outcome) \(.fault)"')" = "$outcome $fault" ] ||
		die "$name: $(the_sidecar '"\(.outcome) \(.fault): \(.cause)"')"
	the_sidecar .cause | grep -Eq "^$cause" || die "$name: cause $(the_sidecar .cause)"
}

guest_fails panic error panic 'guest lost in phase run: Kernel panic - not syncing: sysrq triggered crash$' <<'Y'
echo c >/proc/sysrq-trigger
Y
# A debugging knob divides the kernel's tick by 0.
guest_fails bug error bug 'guest lost in phase run: Oops: divide error: 0000' <<'Y'
echo 0 >/sys/kernel/debug/sched/numa_balancing/scan_size_mb
echo 1 >/proc/sys/kernel/numa_balancing
while :; do :; done
Y
# As if memory ran out, the kernel kills what has most of it, which is the payload. The guest goes on.
guest_fails memory error memory 'payload p was killed: out of memory in the guest: Out of memory: Killed process [0-9]+ \(' <<'Y'
x=0123456789abcdef
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21; do x=$x$x; done
echo f >/proc/sysrq-trigger
while :; do :; done
Y
# Alone on its CPU: nothing else runs, and RCU waits in vain.
cat >hog <<'Y'
for c in /sys/kernel/debug/sched/fair_server/cpu*; do echo 0 >$c/runtime; done
echo -1 >/proc/sys/kernel/sched_rt_runtime_us
read -r pid rest </proc/self/stat # of a subshell, too
chrt -f -p 98 $pid
while :; do :; done
Y
# RCU tells only if somebody waited when the CPU was taken: a loop that forks sees to that, and the CPU is let go
# for a moment now and then, in case nobody did.
{
	cat <<'Y'
echo 3 >/sys/module/rcupdate/parameters/rcu_cpu_stall_timeout
echo 1 >/proc/sys/kernel/panic_on_rcu_stall
while :; do ( : ); done &
Y
	sed '$d' hog
	cat <<'Y'
while :; do
	read -r up rest </proc/uptime
	end=$((${up%.*} + 5))
	while read -r up rest </proc/uptime; [ ${up%.*} -lt $end ]; do :; done
	chrt -o -p 0 $pid
	sleep 0.1
	chrt -f -p 98 $pid
done
Y
} | guest_fails rcu_stall error 'rcu stall' 'guest lost in phase run: rcu: INFO: rcu_.* detected stall'
# For good, and without a word from RCU: not even the agent runs again.
{ echo 'echo 1 >/sys/module/rcupdate/parameters/rcu_cpu_stall_suppress'; cat hog; } |
	guest_fails silent error silent \
		'guest stopped answering in phase run, [0-9.]+ s before its end: timed out after 12' --timeout 12s
nothing_left
# A kernel thread that never runs keeps waiting whoever needs it; the one that looks for such tasks does run.
{
	cat <<'Y'
cd /proc/sys/kernel
for p in /proc/[0-9]*; do read -r name <$p/comm; [ $name != khungtaskd ] || chrt -f -p 99 ${p#/proc/}; done
echo 1 >hung_task_panic; echo 1 >hung_task_timeout_secs
chrt -f -p 99 $$
(
Y
	cat hog
	echo ') & while :; do echo 1 >/proc/sys/vm/compact_memory; done'
} | guest_fails hung_task error 'hung task' 'guest lost in phase run: INFO: task [a-z]+:[0-9]+ blocked for more than [0-9]+ seconds'
# A timer of the scheduler's loops in the kernel. Interrupts still come: one of them tells.
guest_fails lockup error lockup 'guest lost in phase run: watchdog: BUG: soft lockup - CPU#0 stuck for [0-9]+s! \[' \
	--scheduler "$TOP/target/tests/fault/fault.bpf.o" --set fault_mode=FAULT_LOCKUP <<'Y'
cd /proc/sys/kernel
echo 1 >softlockup_panic; echo 2 >watchdog_thresh; echo 1 >soft_watchdog; echo 1 >watchdog
while :; do :; done
Y
# Somebody else switches the scheduler off: not its own doing, but the test is not one of it.
guest_fails sysrq fail unregistered 'scheduler fault exited: disabled by sysrq-S' \
	--scheduler "$TOP/target/tests/fault/fault.bpf.o" <<'Y'
echo S >/proc/sysrq-trigger
Y

# QEMU dies under it.
rm -rf "$KTSTR_TARGET_DIR"
harness test --repeat 1 --kernel 6.17 --clock virtual --topology 1n1l1c1t --start cold -E cgroup_steady >long.txt 2>&1 & pid=$!
wait_for 60 qemu_of $pid >/dev/null
kill -9 "$(qemu_of $pid)"
wait $pid || true
[ "$(the_sidecar '"\(.outcome) \(.fault)"')" = 'error qemu' ] || die "qemu: $(the_sidecar '"\(.fault): \(.cause)"')"
the_sidecar .cause | grep -q 'QEMU: killed by signal 9 (Killed)' || die "cause: $(the_sidecar .cause)"
