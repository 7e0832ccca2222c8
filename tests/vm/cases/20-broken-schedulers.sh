# A scheduler does not load, does not start, exits with an error or stalls: exit status 1, one cause line,
# a valid sidecar that says how it exited.
broken() { # NAME KIND CAUSE [KERNEL]
	rm -rf "$KTSTR_TARGET_DIR"
	exits 1 -- harness test --repeat 1 --clock real --kernel "${4:-6.17}" --scheduler "$BROKEN/$1.bpf.o" --topology 1n1l2c1t --duration 4s -E cgroup_steady
	says "scheduler $1 "
	says "$3"
	[ "$(the_sidecar .outcome)" = fail ] || die "$1: outcome"
	[ "$(the_sidecar .scheduler_exit.kind)" = "$2" ] || die "$1: kind $(the_sidecar .scheduler_exit.kind)"
	[ "$(the_sidecar '.cause | split("\n") | length')" = 1 ] || die "$1: cause is not one line"
	exits 0 -- stats validate
}
broken fail_verify verifier 'did not start'
broken fail_init init 'did not start'
broken error 'bpf error' 'exited'
broken stall stall 'stall'
# Not the scheduler's fault: on Debian's 7.2 no scheduler can create a dispatch queue.
broken starve kfunc 'hidden argument of scx_bpf_create_dsq: no program can call it here' 7.2
