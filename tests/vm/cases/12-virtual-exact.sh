# Virtual time: two runs beside a CPU hog give the same metrics to the last digit, on 1, 2, 4 and 8
# CPUs, for eevdf and for vtime. A third run with another seed must differ somewhere, or the
# comparison compares nothing.
hog() { while :; do :; done; }
hog & hog=$!
renice -n 5 -p $hog >/dev/null # a load that disturbs, and leaves the machine to the test
trap 'kill $hog' EXIT
run() {
	KTSTR_TARGET_DIR=$PWD/$1 harness test --kernel 6.17 --clock virtual --scheduler eevdf --scheduler vtime \
		--topology 1n1l1c1t --topology 1n2l1c1t --topology 1n2l2c1t --topology 1n2l4c1t \
		--duration 200ms -E "$2" --seed "$3" --jobs 2
}
status 0 1 -- run a cgroup_pipe 1
status 0 1 -- run b cgroup_pipe 1
status 0 1 -- run c 'cgroup_pipe vtime 1n2l1c1t' 2
compared=0
for f in "$PWD"/a/ktstr/*/*.ktstr.json; do
	other=$PWD/b/ktstr/${f#"$PWD"/a/ktstr/}
	[ "$(jq -r .clock "$f")" = virtual ] || die "$f: not virtual"
	jq -e '.stats.total_iterations > 0' "$f" >/dev/null || die "$f: $(jq -r .cause "$f")"
	exact_part "$f" >one
	exact_part "$other" >two
	diff one two || die "$(jq -r '"\(.scheduler) \(.topology)"' "$f"): two runs differ"
	compared=$((compared + 1))
done
[ $compared = 8 ] || die "compared $compared, wanted 8"
exact_part "$(grep -l '"topology": "1n2l1c1t"' a/ktstr/*/*.json | xargs grep -l '"scheduler": "vtime"')" >one
exact_part c/ktstr/*/*.ktstr.json >two
! diff -q one two >/dev/null || die "another seed changed nothing"
