# An agent that audits opens is within its objective, on the virtual clock. The same one slowed on purpose is
# not. Both results are valid, and the summaries of the gate agree with themselves.
# side by side
agent=$TOP/target/tests/fixtures/agents/open_audit
cat >objectives.yaml <<'Y'
objectives: # a row of objectives/aegisbpf.yaml, for a single repeat
  - name: open_close
    benchmark: open_close
    mean: { ratio: { with: open_audit, of: baseline }, max: 1.10 }
    floor: 50
Y
cat >require.yaml <<'Y'
results:
  - { test: open_close, labels: [baseline, open_audit], metrics: [bench_mean_ns, bench_p95_ns] }
summary: slo.json
rows: [open_close]
files: [slo.md]
Y
# gate WANT STATUS COMMAND: judges the agent; WANT is what the gate says, STATUS its exit status.
gate() {
	export KTSTR_TARGET_DIR=$PWD/$1
	exits 0 1 -- harness bench --kernel 7.0 --clock virtual --quick open_close --repeat 1 --with "$3"
	exits "$2" -- stats gate --objectives objectives.yaml --report slo.md --summary slo.json
	says "$1"
	grep -q "^| .* | $1 |\$" slo.md || die "slo.md does not say $1: $(cat slo.md)"
	exits 0 -- stats validate
	exits 0 -- stats validate --require require.yaml
}
gate pass 0 "$agent"
gate FAIL 1 "$agent --slow"
