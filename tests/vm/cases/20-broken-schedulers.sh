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
# What CI reads of a pass and a failure, through readers that are not ours. Then only the failure runs again,
# and the pass keeps its record.
rm -rf "$KTSTR_TARGET_DIR"
both() {
	harness test --kernel 6.17 --clock virtual --duration 50ms --topology 1n1l1c1t -E cgroup_steady \
		--repeat 1 --scheduler eevdf --scheduler "$BROKEN/fail_init.bpf.o" --tap --junit r.xml "$@"
}
exits 1 -- both
perl -MTAP::Parser -e 'my $p = TAP::Parser->new({ source => \*STDIN }); $p->run;
	exit !($p->tests_planned == 2 && $p->passed == 1 && $p->failed == 1 && !$p->parse_errors)' <out.txt ||
	die "KTAP: not one pass and one failure"
xmllint --noout --schema "$TOP/tests/fixtures/junit.xsd" r.xml
[ "$(xmllint --xpath 'concat(//@tests, " ", //@failures, " ", //@errors)' r.xml)" = "2 1 0" ] || die "JUnit: $(cat r.xml)"
before=$(stat -c %Y.%i "$(sidecars | xargs grep -l '"outcome": "pass"')")
exits 1 -- both --rerun-failed
says 1..1
says "not ok 1 cgroup_steady/fail_init/"
[ "$(sidecars | wc -l)" = 2 ] || die "another record is lost: $(sidecars)"
[ "$(stat -c %Y.%i "$(sidecars | xargs grep -l '"outcome": "pass"')")" = "$before" ] || die "the pass ran again"
