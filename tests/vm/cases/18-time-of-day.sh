# Tests from one saved machine of the real clock have the time of day, and each its own random numbers. In
# virtual time they have a fixed date and the same numbers: so it is the host that gives them both.
cat >told.yaml <<'S'
name: told
summary: the time and random numbers of a guest
payloads:
  - name: told
    run: [sh, -c, 'echo $(date +%s) $(od -An -N8 -tx8 /dev/urandom)']
    files: [{ path: /usr/bin/date }, { path: /usr/bin/od }]
    wait: 20s
S
told() { # CLOCK FILE OPTION…: what the guest said goes to the file
	local clock=$1 to=$2
	shift 2
	rm -rf "$KTSTR_TARGET_DIR"
	exits 0 -- harness test --repeat 1 --kernel 6.17 --clock "$clock" --start saved --duration 50ms --topology 1n1l1c1t \
		--scenario told.yaml "$@"
	[ "$(the_sidecar .vm.start)" = saved ] || die "$clock: not from a saved machine"
	cat "$(find "$KTSTR_TARGET_DIR" -name '*.told-0.txt')" >"$to"
}
number() { cut -d' ' -f2 "$1"; }
for i in 1 2; do
	before=$(date +%s)
	told real r$i
	now=$(cut -d' ' -f1 r$i)
	# its clock may be late by the time the start took
	[ "$now" -ge "$before" ] && [ "$now" -le "$(date +%s)" ] || die "the guest's time is $now, before $before"
	told virtual v$i
done
[ "$(number r1)" != "$(number r2)" ] || die "two tests drew the same numbers: $(cat r1 r2)"
cmp v1 v2
# With the scheduler attached in the machine.
told real s --scheduler vtime
[ "$(the_sidecar '"\(.vm.image_level) \(.scheduler_info.ops) \(.scheduler_exit)"')" = "2 vtime null" ] ||
	die "$(the_sidecar '{vm, scheduler_info, scheduler_exit}')"
