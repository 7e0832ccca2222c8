# A scheduler may be an executable that attaches it. The fixture does it well, and in each way wrong: each has
# its own kind and its own cause, and what the program wrote is kept.
PROG=$TOP/target/tests/fixtures/executables/attaches_fifo
NAME=$(basename "$PROG")
OPTS=(--kernel 6.17 --clock real --topology 1n1l2c1t -E cgroup_steady)

# started MODE "STATUS…" [OPTION…]: the sidecar tells program, arguments and end.
started() {
	local mode=$1 wanted=$2
	shift 2
	rm -rf "$KTSTR_TARGET_DIR"
	# shellcheck disable=SC2086 # a list
	exits $wanted -- harness test --repeat 1 "${OPTS[@]}" --scheduler "exec:$PROG $mode" "$@"
	[ "$(the_sidecar .scheduler)" = "$NAME" ] || die "$mode: another scheduler"
	[ "$(the_sidecar '.scheduler_info | .kind + " " + (.args | join(" "))')" = "executable $mode" ] ||
		die "$mode: $(the_sidecar .scheduler_info)"
	exits 0 -- stats validate
}
# wrote TEXT: the program's output has the line.
wrote() { grep -qxF -- "$1" "$(find "$KTSTR_TARGET_DIR" -name '*.scheduler-output.txt')" || die "the program did not write \"$1\""; }
# fails MODE KIND CAUSE LINE [OPTION…]
fails() {
	local mode=$1 kind=$2 cause=$3 line=$4
	shift 4
	started "$mode" 1 "$@"
	[ "$(the_sidecar .scheduler_exit.kind)" = "$kind" ] || die "$mode: kind $(the_sidecar .scheduler_exit)"
	[ "$(the_sidecar .cause)" = "scheduler $NAME $cause" ] || die "$mode: cause $(the_sidecar .cause)"
	wrote "$line"
}
# ended_by SIGNAL STATUS
ended_by() {
	[ "$(the_sidecar '.scheduler_info | "\(.ended_by) \(.exit)"')" = "$1 $2" ] || die "ended: $(the_sidecar .scheduler_info)"
}

for mode in run daemon; do
	started $mode "0 3" --duration 300ms
	[ "$(the_sidecar .scheduler_info.ops)" = fifo ] || die "not under fifo"
	the_sidecar '.scheduler_exit == null and .scheduler_info.attach_ms > 0 and .guest.quiet' >/dev/null ||
		die "$(the_sidecar '{scheduler_exit, scheduler_info, guest}')"
	wrote 'fifo is attached'
	wrote 'ended by signal 2'
	ended_by SIGINT 0
done
started stubborn "0 3" --duration 300ms
ended_by SIGKILL 137

fails exit 'early exit' 'exited with status 3 before it attached: error: no such mode of operation' 'Usage: attaches_fifo MODE'
ended_by null 3
fails crash 'early exit' 'was killed by signal 11 (Segmentation fault) before it attached: about to crash' 'about to crash'
fails hang 'no attach' 'did not attach within 3 s: waiting for the moon' 'ended by signal 2' --attach-timeout 3s
fails leave 'late exit' 'exited with status 4 while its scheduler was attached: fifo is attached' 'fifo is attached' --duration 8s
fails die 'late exit' 'was killed by signal 9 (Killed) while its scheduler was attached: fifo is attached' 'fifo is attached' --duration 8s
fails detach detach 'detached by itself while running: fifo is attached' 'fifo is attached' --duration 8s

# Steps take it away, start it again and replace it by another.
cat >steps.yaml <<Y
name: steps
summary: an executable in steps
cgroups:
  - name: spin
    works: [{ type: cpu_spin, workers: 2 }]
steps:
  - { name: own }
  - { name: again, ops: [{ restart_scheduler: current }] }
  - { name: other, ops: [{ replace_scheduler: vtime }] }
  - { name: back, ops: [{ replace_scheduler: "exec:$PROG run" }] }
  - { name: none, ops: [{ detach_scheduler: current }] }
Y
rm -rf "$KTSTR_TARGET_DIR"
exits 0 1 3 -- harness test --repeat 1 --kernel 6.17 --topology 1n1l2c1t --clock virtual --duration 2s --scenario steps.yaml \
	--scheduler "exec:$PROG run"
the_sidecar '.scheduler_exit == null and ([.stimulus_events[] | select(.error)] == [])' >/dev/null ||
	die "$(the_sidecar '{cause, stimulus_events}')"
[ "$(find "$KTSTR_TARGET_DIR" -name '*.scheduler-output*.txt' | wc -l)" = 2 ] || die "not the output of both"

# Like objects, executables are in saved machines, with what they wrote before: two tests agree.
own_images
for i in 1 2; do
	rm -rf "$KTSTR_TARGET_DIR"
	exits 0 -- one --scheduler "exec:$PROG run"
	the_sidecar '.vm.image_level == 2 and .scheduler_info.ended_by == "SIGINT" and .scheduler_info.exit == 0' >/dev/null ||
		die "$(the_sidecar '{vm, scheduler_info}')"
	wrote 'fifo is attached'
	frames >frames$i
done
cmp frames1 frames2 || die "two tests from one saved machine differ"

# Killed, detached and replaced again and again, it leaves the load to the kernel's own scheduler, or to another, and
# the guest healthy: the workers go on in every step, no task is lost, and the kernel complains of nothing.
rm -rf "$KTSTR_TARGET_DIR"
exits 0 -- harness test --repeat 1 --kernel 6.17 --clock virtual --duration 500ms --level soak --scheduler "exec:$PROG run" \
	-E scheduler_kill_loop -E scheduler_detach_attach_loop -E scheduler_replace
# shellcheck disable=SC2046 # their names have no spaces
jq -e 'select(.scheduler_exit == null and .guest.warned == false and ([.stimulus_events[] | select(.error)] == []) and
	([.stimulus_events[] | .total_iterations] | . == sort and last > first)) | .test_name' $(sidecars) >ran ||
	die "$(jq -c '{cause, scheduler_exit, stimulus_events}' $(sidecars))"
[ "$(sort ran | tr -d '\n')" = '"scheduler_detach_attach_loop""scheduler_kill_loop""scheduler_replace"' ] || die "not all three: $(cat ran)"
# shellcheck disable=SC2046 # likewise
jq -r '[.test_name] + [.stimulus_events[] | .op_kind] | join(" ")' $(sidecars) | sort >ops
diff - ops <<'Y' || die "not these ops"
scheduler_detach_attach_loop detach_scheduler attach_scheduler detach_scheduler attach_scheduler
scheduler_kill_loop kill_scheduler attach_scheduler kill_scheduler attach_scheduler kill_scheduler
scheduler_replace replace_scheduler replace_scheduler replace_scheduler replace_scheduler
Y

# harness load takes the same way. A script has no other program in the guest than its interpreter.
exits 0 -- harness load "exec:$PROG run" --kernel 6.17
printf '#!/bin/sh\necho going\nexec %s run\n' "$PROG" >start.sh
chmod +x start.sh
exits 1 -- harness load ./start.sh --kernel 6.17
says 'exited with status 127 before it attached'
exits 0 -- harness show-scheduler "exec:$PROG run"
says 'an executable'
