# Two invocations on one run directory: the second is refused before it boots anything, and its message names
# the first. With --wait it waits for its turn. Neither loses a result.
options="--kernel 6.17 --clock real --scheduler eevdf --topology 1n1l1c1t --duration 1s"
harness test --repeat 1 $options -E cgroup_steady >first.txt 2>&1 & first=$!
wait_for 60 eval '[ -n "$(qemu_of $first)" ]'
exits 4 -- harness test --repeat 1 $options -E cgroup_pipe
says "in use by another invocation"
says "pid $first (harness test"
says "--wait"
one_line
exits 0 3 -- harness test --repeat 1 $options -E cgroup_pipe --wait
says "waiting: "
wait $first || [ $? = 3 ]
[ "$(the_sidecar .test_name)" = cgroup_pipe ] || die "the second run's directory holds: $(sidecars)"
nothing_left "$first"
