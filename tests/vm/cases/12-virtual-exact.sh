# Virtual time: two cold runs beside a CPU hog give the same metrics to the last digit. Tests that start from
# one saved machine give the same frames, byte for byte: 20 restores each on 1, 2, 4 and 8 CPUs, half of them
# under eevdf, half under vtime. Another seed must differ somewhere. With QEMU's own number of announcements
# after a restore they must differ, or the test is blind.
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
cold() { # DIRECTORY: in the background
	run "$1" 1 --start cold --duration 400ms --scenario both.yaml --scheduler vtime --topology 2n2l1c1t >"$1.txt" 2>&1
}
cold a & first=$!
cold b & second=$!
for pid in $first $second; do
	got=0
	wait $pid || got=$?
	[ $got -le 1 ] || die "a cold run ended with status $got: $(cat a.txt b.txt)"
done
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
kill $hog # not while the machines are made
sizes="--topology 1n1l1c1t --topology 1n2l1c1t --topology 1n2l2c1t --topology 1n2l4c1t"
# shellcheck disable=SC2086 # options
restores 1 --scheduler eevdf --scheduler vtime $sizes >seen-first
# The machines are busy, so most tasks that wake up are queued: 6.17 calls the waker's CPU idle, if it is told SCX_WAKE_SYNC.
queued=0
for f in saved/ktstr/*/*.ktstr.json; do
	jq -e '.scheduler == "vtime"' "$f" >/dev/null || continue
	jq -e '[.monitor.prog_stats_deltas[] | { (.name): .cnt }] | add | .vtime_enqueue > (.vtime_select_cpu // 0) / 2' "$f" >/dev/null ||
		die "$f: tasks overtake vtime's queue: $(jq -c '.monitor.prog_stats_deltas' "$f")"
	queued=$((queued + 1))
done
[ $queued = 4 ] || die "looked at $queued results of vtime, wanted 4"
hog & hog=$!
renice -n 5 -p $hog >/dev/null
# shellcheck disable=SC2086 # options
restores 9 --scheduler eevdf --scheduler vtime $sizes >seen
cat seen
[ "$(wc -l <seen)" = 8 ] && [ "$(grep -c '^ *9 ' seen)" = 8 ] || die "restores of one saved machine differ"
cut -c8- seen | sort >others
cut -c8- seen-first | sort | cmp - others || die "the first restores differ from the later ones"

# The control: a QEMU whose -global migration.announce-rounds is left out, with a copy of the machine.
pipe() { run saved "$1" --start saved --duration 100ms -E cgroup_pipe --topology 1n2l2c1t --keep-artefacts; }
exits 0 1 -- pipe 1
exact_part saved/ktstr/*/*.ktstr.json >one
machine=$(jq -r .vm.image saved/ktstr/*/*.ktstr.json)
exits 0 1 -- pipe 2
exact_part saved/ktstr/*/*.ktstr.json >two
! diff -q one two >/dev/null || die "another seed changed nothing"
machines=${XDG_CACHE_HOME:-$HOME/.cache}/ktstr/images
own_images
talkative
forge "$machines/$machine" "$(key_of pipe 1)"
for _ in $(seq 10); do
	exits 0 1 -- pipe 1
	cat saved/ktstr/*/*guest.jsonl | sha256sum >>control
	[ "$(sort -u control | wc -l)" = 1 ] || break
done
[ "$(sort -u control | wc -l)" -gt 1 ] || die "the announcements change nothing: this test would not see a difference"
[ "$(ls $images)" = "$(basename "$forged")" ] || die "the control ran from another machine: $(ls $images)"
# The kernel counted the callbacks of vtime: calls and time, exact like the rest.
for f in a/ktstr/*/*.ktstr.json; do
	jq -e '[.monitor.prog_stats_deltas[] | select(.name == "vtime_enqueue") | .cnt > 0 and .nsecs > 0] == [true]' \
		"$f" >/dev/null || die "$f: no runs of vtime_enqueue: $(jq -c '.monitor.prog_stats_deltas' "$f")"
done
