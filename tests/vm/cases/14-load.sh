# harness load: each scheduler loads, or the reason is named. What is set in an object arrives in the guest.

settable=$BROKEN/settable.bpf.o

exits 1 -- harness load vtime "$BROKEN/fail_verify.bpf.o" "$BROKEN/fail_init.bpf.o" --kernel 7.0 --kernel 6.17 --json
jq -e 'length == 6 and ([.[] | select(.loads)] | length == 2 and all(.verified_insns > 100 and .states > 5 and .stack_bytes >= 8))' \
	out.txt >/dev/null || die "vtime alone loads on both"
jq -e '[.[] | select(.scheduler == "fail_verify")] | all(.reason | test("invalid mem access"))' out.txt >/dev/null ||
	die "the verifier's sentence is the reason"
jq -e '[.[] | select(.scheduler == "fail_init")] | all(.reason | test("init\\(\\) failed"))' out.txt >/dev/null ||
	die "the failed init is the reason"

given='--set small=7 --set slots[1].low=5 --set weights[3]=9 --set begin_at=8 --run-prog settable_prepare --run-prog settable_argument:max=9:low=5'
# Its init() fails unless its program tp_btf/sys_enter has run, so it loads only if programs beside it are attached.
# shellcheck disable=SC2086 # options
exits 0 -- harness load "$settable" --kernel 6.17 $given
says "program settable_classify is not attached: section tc is not supported"
says "program settable_bare is not attached: section raw_tp is not supported"
exits 1 -- harness load "$settable" --kernel 6.17 --run-prog settable_prepare
says "program settable_prepare returned 1"
# shellcheck disable=SC2086 # options
exits 1 -- harness load "$settable" --kernel 6.17 $given --set nr_cpu_ids=3
says "program settable_prepare returned 2"
exits 0 -- harness load "$settable" --kernel 6.17 --ops-map settable_other --ops timeout_ms=5000
exits 1 -- harness load "$settable" --kernel 6.17 --ops 'name=my sched'

# What the suite file says is not supported is named with its reason.
printf 'schedulers:\n  - { name: fifo }\n  - { name: later, object: vtime, kernels: 7.0 }\n' >two.yaml
exits 0 -- harness load --suite two.yaml --kernel 6.17
says ": not tried: two.yaml says that it supports 7.0"

# harness verify: a revision's object is built in a scratch checkout and loaded in the same boot.
mkdir repo && cd repo
git init -q . && cp "$TOP/target/lib/schedulers/fifo.bpf.o" source.o && printf "build\nout.txt\n" >.gitignore && git add .
git -c user.name=n -c user.email=e@e commit -qm one
mkdir build && cp "$TOP/target/lib/schedulers/vtime.bpf.o" build/mine.bpf.o
exits 1 -- harness verify build/mine.bpf.o --kernel 6.17 --against HEAD \
	--build 'sh -c "mkdir build; cp source.o build/mine.bpf.o"' --json
jq -e '[.rows[] | select(.program == null)] | length == 4 and all(.after > .before and .before > 0)' out.txt >/dev/null ||
	die "vtime's figures are larger than fifo's, and all are known"
jq -e '.rows | any(.program == "vtime_enqueue" and .before == null) and any(.program == "fifo_enqueue" and .after == null)' \
	out.txt >/dev/null || die "programs come and go"
[ -z "$(git status --porcelain)" ] || die "the user's tree was touched"

# Beside a scheduler that the run knows, one that it does not know is named.
KTSTR_SIDECAR_DIR=$PWD/known exits 0 -- harness test --kernel 6.17 -E cgroup_steady --duration 100ms --scheduler fifo --repeat 1
exits 0 -- harness verify fifo vtime --kernel 6.17 --against ./known
says "note: vtime has no earlier figures on 6.17"
