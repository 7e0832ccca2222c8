# Faults in the surroundings of a test: one clear line, the right exit status, nothing left behind.
echo 'I am no kernel' >text
exits 4 -- harness test --kernel ./text
says 'not a kernel image: text'
one_line
exits 4 -- env KTSTR_QEMU=/nonexistent/qemu harness test --kernel 6.17
says '/nonexistent/qemu does not exist'
one_line
exits 2 -- harness test --kernel 9.99 --offline
one_line
exits 2 -- harness test --kernel 6.17 --scheduler vtiem
says 'did you mean "vtime"'
one_line
cp text text.o
exits 4 -- harness test --kernel 6.17 --scheduler ./text.o
says 'not a BPF object'
one_line
[ -z "$(sidecars 2>/dev/null)" ] || die "a sidecar without a test"

# A guest whose init cannot run gives an error in the kernel's own words.
mkdir lib && cp -r "$TOP/target/lib/." lib/ && echo 'not an ELF' >lib/agent
exits 4 -- env KTSTR_LIB="$PWD/lib" harness test --repeat 1 --clock real --kernel 6.17 --topology 1n1l1c1t -E cgroup_steady
[ "$(the_sidecar .outcome)" = error ] || die "outcome"
the_sidecar .cause | grep -q 'the kernel did not reach the agent: Kernel panic' || die "cause: $(the_sidecar .cause)"
[ "$(the_sidecar .fault)" = panic ] || die "fault: $(the_sidecar .fault)"
exits 0 -- stats validate

# A timeout gives an error that says so; after a second the kernel still boots.
rm -rf target
exits 4 -- harness test --repeat 1 --clock real --kernel 6.17 --topology 1n1l1c1t -E cgroup_steady --start cold --timeout 1s
the_sidecar .cause | grep -q 'timed out after 1' || die "cause: $(the_sidecar .cause)"
[ "$(the_sidecar .fault)" = silent ] || die "fault: $(the_sidecar .fault)"
nothing_left
