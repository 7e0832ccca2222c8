# Side by side. harness replay: the line under a failing test runs that test again, with the same result to
# the last field, and leaves the results of the others alone; also when the scenario's file is gone and the
# folder's name has a space. A scheduler that changed is said, --anyway goes on; --shell is its VM.
export KTSTR_TARGET_DIR="$PWD/my results"
harness show cgroup_steady | sed 's/^name: .*/name: mine/' >mine.yaml
harness show cgroup_pipe >other.yaml
cp "$TOP/target/lib/schedulers/vtime.bpf.o" mine.bpf.o
echo 'checks: { max_gap_ms: 0.001 }' >limits.yaml
cat >ktstr.yaml <<'Y'
schedulers:
  - name: mine
    object: mine.bpf.o
    flags: [{ name: slow, ops: { timeout_ms: 9000 } }, { name: off }]
    flag_sets: [[slow]]
    sysctls: { vm.swappiness: 7, -kernel.no_such: 1 }
Y
exits 1 -- harness test --kernel 6.17 --clock virtual --duration 50ms --topology 1n1l1c1t --scenario mine.yaml \
	--scenario other.yaml --checks limits.yaml --jobs 1 --repeat 1
# What was in force, read back in the guest: the kernel has no kernel.no_such.
find . -name '*.ktstr.json' -exec jq -s -e 'length == 2 and all(.active_flags == ["slow"] and
	.sysctls == ["vm.swappiness=7"] and (.kargs | index("mitigations=off") and index("console=ttyS0")))' {} + \
	>/dev/null || die "flags, sysctls, arguments"
again=$(sed -n 's/^ *again: //p' out.txt | head -n 1)
find . -name '*.ktstr.json' -not -path '*/.replay/*' -print0 | sort -z | xargs -0 sha256sum >before
[ "$(wc -l <before)" = 2 ] || die "two results wanted"
rm mine.yaml limits.yaml ktstr.yaml

exits 1 -- sh -c "$again"
says "same result as "
find . -name '*.ktstr.json' -not -path '*/.replay/*' -print0 | sort -z | xargs -0 sha256sum | diff before - ||
	die "the replay changed other results"
[ "$(find . -path '*/.replay/*' -name '*.ktstr.json' | wc -l)" = 1 ] || die "its own result is not there"
exits 0 -- stats list
[ "$(wc -l <out.txt)" = 2 ] || die "stats lists the replay"

cp "$BROKEN/stall.bpf.o" mine.bpf.o
exits 2 -- sh -c "$again"
says "mine.bpf.o is another one now"
echo 'cat /sys/kernel/sched_ext/root/ops; nproc; exit 4' >session
exits 4 -- sh -c "$again --shell --anyway <session"
[ "$(tail -n 2 out.txt | tr '\n' ' ')" = "stall 1 " ] || die "not its scheduler"
