# Side by side with others: virtual time only.
# An edited tracked file makes a -dirty directory beside the clean one, and the two can be compared.
unset KTSTR_TARGET_DIR
KTSTR_TARGET_DIR=$PWD/target
git init -q . && git config user.email t@example.org && git config user.name t
echo one >file && echo /target >.gitignore && git add . && git commit -qm one
commit=$(git rev-parse --short=7 HEAD)
run() { harness test --repeat 1 --kernel 6.17 --clock virtual --topology 1n1l1c1t --duration 100ms -E cgroup_steady; }
exits 0 -- run
echo two >file
exits 0 -- run
[ -d target/ktstr/6.17.*-"$commit" ] || die "no clean directory: $(ls target/ktstr)"
[ -d target/ktstr/6.17.*-"$commit-dirty" ] || die "no dirty directory: $(ls target/ktstr)"
exits 0 -- stats compare --a-project-commit "$commit" --b-project-commit "$commit-dirty" --all
says total_iterations
