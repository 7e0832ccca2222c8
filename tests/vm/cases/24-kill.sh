# kill -9 of the harness during a run leaves no process, no temporary file and a valid sidecar that says
# the test did not finish. The next run takes the directory over.
harness test --repeat 1 --clock real --kernel 6.17 --topology 1n1l2c1t -E cgroup_steady --duration 60s >first.txt 2>&1 &
pid=$!
wait_for 60 qemu_of $pid >/dev/null
qemu=$(qemu_of $pid)
kill -9 $pid
wait $pid || true
wait_for 10 gone "$qemu"
nothing_left "$qemu"
[ "$(the_sidecar .outcome)" = error ] || die "outcome"
the_sidecar .cause | grep -q 'did not finish' || die "cause"
exits 0 -- stats validate
exits 0 1 3 -- harness test --repeat 1 --clock real --kernel 6.17 --topology 1n1l1c1t -E cgroup_steady --duration 50ms
