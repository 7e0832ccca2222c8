# Every work type does some work, in a guest with two nodes and two threads per core, which some types
# need. One group of each runs in a cgroup of its own, all at once. The list of types is from
# docs/work-types.md.
awk '
	/^## / { name[++n] = $2; group[n] = 1 }
	/Workers in a group: / {
		sub(/.*Workers in a group: /, ""); fixed = 0
		if ($1 ~ /^[0-9]/) fixed = $1 + 0
		group[n] = fixed
		if (match($0, /`[a-z_]+`/)) param = substr($0, RSTART, RLENGTH)
	}
	param && index($0, "| " param " |") == 1 { split($0, cell, "|"); group[n] += cell[4]; param = "" }
	END {
		print "name: all_types\nsummary: every work type\ncgroups:"
		for (i = 1; i <= n; i++)
			printf "  - name: %s\n    works:\n      - { type: %s, workers: %d }\n", name[i], name[i], group[i]
		print "checks:\n  max_spread_pct: inf"
	}' "$TOP/docs/work-types.md" >all.yaml
types=$(grep -c 'type:' all.yaml)
[ "$types" -ge 31 ] || die "only $types types in the page"
exits 0 1 3 -- harness test --repeat 1 --clock real --kernel 7.0 --topology 2n2l1c2t --scenario all.yaml --duration 3s
idle=$(the_sidecar '[.stats.cgroups[] | select((.iterations // 0) == 0) | .name] | join(" ")' || true)
[ -z "$idle" ] || die "did nothing: $idle"
[ "$(the_sidecar '.stats.cgroups | length')" = "$types" ] || die "not all types reported"
[ "$(the_sidecar '[.stats.cgroups[] | select(.name == "futex_fan_out") | .wake_samples] | .[0]')" -gt 0 ] ||
	die "no wake-up was measured"

# A work type that cannot do its work says so.
cat >thread.yaml <<'Y'
name: thread
summary: spinners that need both threads of a core, and may use one
cgroups:
  - name: half
    works: [{ type: smt_sibling_spin, workers: 2, affinity: single }]
Y
export KTSTR_TARGET_DIR=$PWD/thread
exits 4 -- harness test --repeat 1 --clock real --kernel 7.0 --topology 1n1l1c2t --scenario thread.yaml --duration 500ms
says "cgroup half: worker 0 gave up: no whole core"
