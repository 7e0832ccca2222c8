# Two kernels and two schedulers give two run directories with valid sidecars, and a comparison.
exits 0 1 3 -- harness test --repeat 1 --clock real --kernel 6.17 --kernel 7.0 --scheduler eevdf --scheduler vtime --topology 1n1l2c1t --duration 500ms -E cgroup_steady
[ "$(sidecars | wc -l)" = 4 ] || die "not 4 sidecars: $(sidecars)"
for f in $(sidecars); do
	case $(jq -r .outcome "$f") in pass | fail | inconclusive) ;; *) die "$f: $(jq -r .cause "$f")" ;; esac
	jq -e '.stats.total_iterations > 0 and .stats.total_cpu_share > 0' "$f" >/dev/null || die "$f: no figures"
done
[ "$(find "$KTSTR_TARGET_DIR/ktstr" -mindepth 1 -maxdepth 1 -name '[0-9]*' | wc -l)" = 2 ] || die "not two directories"
exits 0 -- stats validate
exits 0 -- stats list
says 6.17.
says 7.0.
exits 0 1 2 -- stats compare --a-kernel 6.17 --b-kernel 7.0 --all # 2: all runs were noisy, on a busy host
grep -q 'set aside: 4 noisy runs' out.txt || says total_iterations
got=0
stats compare --a-kernel 6.17 --b-kernel 7.0 --json >cmp.json || got=$?
jq -e . cmp.json >/dev/null
