# harness ab: a doubled slice is worse, a copy that decides the same is not; what is unknown when time is up is not said.
schedulers=$TOP/target/tests/fixtures/schedulers
ab() { harness ab --kernel 6.17 --clock virtual --scheduler vtime --duration 1s "$@"; }
exits 1 -- ab --scheduler "$schedulers/vtime_slice200.bpf.o" -E cgroup_oversubscribed --budget 10m
says "8 runs a side: cgroup_oversubscribed worse"
says "1 test: 1 worse, 0 better"
grep -q 'worst_longest_wait_ms .* WORSE' out.txt || die "longer slices, and the longest wait is not worse"
exits 0 2 -- ab --scheduler "$schedulers/vtime_counted.bpf.o" -E cgroup_steady -E cgroup_oversubscribed --jobs 1 --budget 15s
grep -q 'time is up before 8 runs a side\|time was up before each side had a result' out.txt || die "the budget did not end"
! grep '[1-9][0-9]* \(worse\|better\)' out.txt || die "a few runs decided"
exits 2 -- ab --scheduler fifo --budget 1ms
says "time was up before each side had a result: give more with --budget"
