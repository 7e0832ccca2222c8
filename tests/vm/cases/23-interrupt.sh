# Ctrl-C stops the VM, the sidecar says so, the exit status is 130. Meanwhile a second harness on the same
# key is refused; its message names the first.
harness test --repeat 1 --clock real --kernel 6.17 --topology 1n1l2c1t -E cgroup_steady --duration 60s >first.txt 2>&1 &
pid=$!
wait_for 60 qemu_of $pid >/dev/null
qemu=$(qemu_of $pid)
exits 4 -- harness test --repeat 1 --clock real --kernel 6.17 --topology 1n1l2c1t -E cgroup_steady
says "$pid"
kill -INT $pid
got=0
wait $pid || got=$?
[ $got = 130 ] || die "exit status $got"
cat first.txt
grep -q 'interrupted before it finished' first.txt || die "no cause"
[ "$(the_sidecar .outcome)" = error ] || die "outcome"
exits 0 -- stats validate
nothing_left $qemu
