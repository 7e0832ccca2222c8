# Virtual time: two cold runs beside a CPU hog give the same metrics to the last digit. A third run with
# another seed must differ somewhere; if it does not, the comparison is void. Tests that start from one
# saved machine give the same frames, byte for byte: 20 restores each on 1, 2, 4 and 8 CPUs, half of them
# under eevdf, half under vtime. With QEMU's own number of announcements after a restore they must differ, or the test is blind.
hog() { while :; do :; done; }
hog & hog=$!
renice -n 5 -p $hog >/dev/null # the load disturbs the test but does not starve it
trap 'kill $hog' EXIT
cat >both.yaml <<'Y'
name: both
summary: cgroup_pipe under vtime, then under the kernel's own scheduler
include: [cgroup_pipe.yaml]
steps:
  - { name: vtime, hold: 50% }
  - { name: eevdf, ops: [{ detach_scheduler: current }] }
Y
harness show cgroup_pipe >cgroup_pipe.yaml
run() { # DIRECTORY SEED OPTION…
	local to=$PWD/$1 seed=$2
	shift 2
	KTSTR_TARGET_DIR=$to harness test --repeat 1 --kernel 6.17 --clock virtual --seed "$seed" --jobs 2 "$@"
}
for half in a b; do
	exits 0 1 -- run $half 1 --start cold --duration 400ms --scenario both.yaml --scheduler vtime \
		--topology 1n2l2c1t
done
exits 0 1 -- run c 2 --start cold --duration 400ms --scenario both.yaml --scheduler vtime --topology 1n2l2c1t
compared=0
for f in "$PWD"/a/ktstr/*/*.ktstr.json; do
	other=$PWD/b/${f#"$PWD"/a/}
	[ "$(jq -r '.clock + " " + .vm.start' "$f")" = "virtual cold" ] || die "$f: not virtual, or not cold"
	jq -e '.stats.total_iterations > 0' "$f" >/dev/null || die "$f: $(jq -r .cause "$f")"
	jq -e '.stimulus_events | length == 1 and all(.error == null)' "$f" >/dev/null ||
		die "$f: vtime was not detached"
	exact_part "$f" >one
	exact_part "$other" >two
	diff one two || die "$(jq -r '"\(.scheduler) \(.topology)"' "$f"): two runs differ"
	compared=$((compared + 1))
done
[ $compared = 1 ] || die "compared $compared, wanted 1"
exact_part a/ktstr/*/*.ktstr.json >one
exact_part c/ktstr/*/*.ktstr.json >two
! diff -q one two >/dev/null || die "another seed changed nothing"

# restores N OPTION…: each test N times from one image; prints "COUNT TEST HASH" of each result seen.
restores() {
	local n=$1 f
	shift
	for _ in $(seq "$n"); do
		exits 0 1 -- run saved 1 --start saved --duration 100ms -E cgroup_pipe --keep-artefacts "$@" >&2
		for f in saved/ktstr/*/*.ktstr.json; do
			[ "$(jq -r .vm.start "$f")" = saved ] || die "$f: not from a saved machine"
			echo "$(jq -r '"\(.scheduler)-\(.topology)"' "$f") $(sha256sum <"${f%.ktstr.json}"*guest.jsonl)"
		done
	done | sort | uniq -c
}
restores 10 --scheduler eevdf --scheduler vtime --topology 1n1l1c1t --topology 1n2l1c1t --topology 1n2l2c1t \
	--topology 1n2l4c1t >seen
cat seen
[ "$(wc -l <seen)" = 8 ] && [ "$(grep -c '^ *10 ' seen)" = 8 ] || die "restores of one saved machine differ"

# The control: a QEMU whose -global migration.announce-rounds is left out.
conf=$TOP/target/deps/qemu.conf
real=$(sed -n 's/^qemu=//p' "$conf" 2>/dev/null || true)
case $real in */*) real=$(dirname "$(readlink -f "$conf")")/$real ;; "") real=qemu-system-x86_64 ;; esac
cat >talkative <<Y
#!/bin/bash
args=()
for a; do
	if [ "\$a" = migration.announce-rounds=0 ]; then unset 'args[-1]'; else args+=("\$a"); fi
done
exec "$real" "\${args[@]}"
Y
chmod +x talkative
{
	echo "qemu=$PWD/talkative"
	sed -n "s,^\(firmware\|libraries\)=,\1=$(dirname "$(readlink -f "$conf")")/,p" "$conf" 2>/dev/null || true
} >talkative.conf
export KTSTR_QEMU=$PWD/talkative.conf
restores 10 --scheduler vtime --topology 1n2l2c1t >seen
cat seen
[ "$(wc -l <seen)" -gt 1 ] || die "the announcements change nothing: this test would not see a difference"
