# Virtual time: two runs beside a CPU hog give the same metrics to the last digit, on 1, 2, 4 and 8
# CPUs, for eevdf and for vtime. A third run with another seed must differ somewhere; if it
# does not, the comparison is void. On 4 and 8 CPUs one VM runs first under vtime, then under eevdf,
# because booting takes most of the time.
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
	KTSTR_TARGET_DIR=$to harness test --kernel 6.17 --clock virtual --seed "$seed" --jobs 2 "$@"
}
for half in a b; do
	exits 0 1 -- run $half/two 1 --duration 400ms --scenario both.yaml --scheduler vtime --topology 1n2l2c1t --topology 1n2l4c1t
	exits 0 1 -- run $half/own 1 --duration 200ms -E cgroup_pipe --scheduler eevdf --scheduler vtime \
		--topology 1n1l1c1t --topology 1n2l1c1t
done
exits 0 1 -- run c 2 --duration 200ms -E cgroup_pipe --scheduler vtime --topology 1n2l1c1t
compared=0
for f in "$PWD"/a/*/ktstr/*/*.ktstr.json; do
	other=$PWD/b/${f#"$PWD"/a/}
	[ "$(jq -r .clock "$f")" = virtual ] || die "$f: not virtual"
	jq -e '.stats.total_iterations > 0' "$f" >/dev/null || die "$f: $(jq -r .cause "$f")"
	jq -e '.test_name != "both" or (.stimulus_events | length == 1 and all(.error == null))' "$f" >/dev/null ||
		die "$f: vtime was not detached"
	exact_part "$f" >one
	exact_part "$other" >two
	diff one two || die "$(jq -r '"\(.scheduler) \(.topology)"' "$f"): two runs differ"
	compared=$((compared + 1))
done
[ $compared = 6 ] || die "compared $compared, wanted 6"
exact_part "$(grep -l '"topology": "1n2l1c1t"' a/own/ktstr/*/*.json | xargs grep -l '"scheduler": "vtime"')" >one
exact_part c/ktstr/*/*.ktstr.json >two
! diff -q one two >/dev/null || die "another seed changed nothing"
