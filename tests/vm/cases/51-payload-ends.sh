# All ways a payload can end: by itself, with the run, by an op, with a failure, too late. What it forked ends too.
header() { printf 'name: %s\nsummary: s\ntopology: 1n1l1c1t\nduration: 300ms\n' "$1"; }
run() { # NAME STATUS…; the rest of the file comes from stdin
	local name=$1
	shift
	{ header "$name"; cat; } >"$name.yaml"
	rm -rf "$KTSTR_TARGET_DIR"
	exits "$@" -- harness test --repeat 1 --kernel 7.0 --scenario "$name.yaml" --clock "${clock:-real}"
}

printf '#!/bin/sh\necho "script $0 $N"\n' >script
chmod +x script
# In virtual time, because it checks how much CPU time a payload got.
clock=virtual run many 0 <<'Y'
cgroups:
  - name: a
  - name: b
payloads:
  - name: good            # leaves a child behind, writes bytes that are no text, and writes a file
    run: [sh, -c, 'cat /tmp/in.txt; sleep 100 & printf "x=\377\000{cpus}\n"; echo ops=7 >/tmp/left.log']
    cgroup: a
    files:
      - { path: /tmp/in.txt, text: "in={seed}\n" }
      - { path: /bin/cat }
      - { path: /usr/bin/sleep }
    collect: [/tmp/l*.log]
    wait: 20s
    metrics:
      - { name: in, from: kv, path: in, min: 1, max: 1 }
      - { name: ops, from: kv, path: ops, better: higher, min: 7 }
  - name: endless
    run: [sh, -c, 'echo begun=1; while :; do :; done']
    cgroup: b
    metrics: [{ name: begun, from: kv, path: begun, min: 1 }]
  - name: script
    run: [./script]
    env: [N=5]
  - name: killed
    run: [sleep, "100"]
steps:
  - name: one
    ops:
      - run_payload: script
      - wait_payload: { payload: script, timeout: 20s }
      - run_payload: killed
  - name: two
    ops:
      - kill_payload: killed
      - remove_cgroup: b
Y
the_sidecar '.payload == "good+endless+script+killed"' >/dev/null
the_sidecar '[.payload_metrics[] | [.payload_index, .exit_code]] | sort == [[0, 0], [1, null], [2, 0], [3, null]]' >/dev/null ||
	die "$(jq -c .payload_metrics "$(sidecars)")"
out=$(sidecars) && out=${out%.ktstr.json}
grep -qxF 'x=\xff\x001' "$out".good-*.txt || die "not what it printed: $(cat "$out".good-*.txt)"
grep -q '^script .*/script 5$' "$out".script-*.txt || die "no script: $(cat "$out".script-*.txt)"
# It shares the one CPU with the others from 30 to 155 ms of 300: about a tenth; outside its cgroup that is 0.
the_sidecar '.stats.cgroups[1].cpu_share > 5' >/dev/null || die "what is endless ran in no cgroup"

run fails 1 <<'Y'
payloads:
  - { name: bad, run: [sh, -c, 'echo no such luck; exit 3'], wait: 20s }
Y
says "payload bad: exit status 3: no such luck"
run late 1 <<'Y'
payloads:
  - { name: late, run: [sh, -c, 'while :; do :; done'], wait: 200ms }
Y
says "payload late: late still ran after"
run silent 3 <<'Y'
payloads:
  - { name: silent, run: [sh, -c, 'exit 0'], wait: 20s, preset: hackbench }
Y
says "payload silent: none of its metrics is in the 0 bytes it printed"
run absent 0 <<'Y'
payloads:
  - { name: absent, run: [no-such-program-here], package: nothing }
Y
says "no-such-program-here is not installed; apt install nothing"
