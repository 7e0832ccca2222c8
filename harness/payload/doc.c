/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/strbuf.h"
#include "harness/payload/payload.h"

static const char intro[] =
	"# Payloads\n\n"
	"Made from the tables in harness/payload; a unit test keeps it current.\n\n"
	"A payload is a program of this machine that runs in the guest beside the workers: in the "
	"cgroup it is for, from the start of the run or when a step says so. What it needs goes "
	"with it: its libraries, found as ld.so would (RPATH, RUNPATH, `$ORIGIN`, "
	"`LD_LIBRARY_PATH`, the cache, the default folders), or the interpreter of a script. What "
	"it opens by name later (plug-ins, data) has to be among its `files`.\n\n"
	"```yaml\n"
	"payloads:\n"
	"  - name: pipe\n"
	"    run: [perf, bench, sched, pipe, -l, \"1000\"]\n"
	"    cgroup: bench\n"
	"    wait: 30s\n"
	"    preset: perf-bench\n"
	"    metrics:\n"
	"      - { name: rate, min: 1000 }           # a bound on one of the preset's\n"
	"      - { name: ops, from: regex, path: 'Executed (\\d+)', better: higher }\n"
	"```\n\n"
	"| key | value |\n|---|---|\n"
	"| `name` | its output is kept beside the sidecar as `….NAME-0.txt` |\n"
	"| `run` | program (on `$PATH`, or a path from the scenario's file on), arguments |\n"
	"| `package` | Debian's, that has it: where it is not installed the test is skipped; "
	"without it that is an error |\n"
	"| `cgroup` | path; without: the guest's root |\n"
	"| `env` | list of `NAME=value` |\n"
	"| `files` | list of `{ path, from }` or `{ path, text }`: in the guest, on this machine "
	"(the same path when not given), or what is in it |\n"
	"| `collect` | files it leaves that are output, too; the last part may be a pattern: "
	"`/tmp/rt-*.log` |\n"
	"| `output_max` | what is kept of its output, half of the beginning and half of the end; "
	"64K, at most 1M |\n"
	"| `wait` | how long it may take beyond the duration: if it has not ended then, the test "
	"fails. Without, it is ended with the run, whatever it does |\n"
	"| `expect_exit` | exit status; 0. Another fails the test: its last line says why |\n"
	"| `preset` | whose metrics it has, below |\n"
	"| `metrics` | list of `{ name, from, path, pick, unit, better, min, max }`; of a name of "
	"the preset only what differs |\n\n"
	"`{cpus}`, `{duration_s}`, `{duration_ms}` and `{seed}` in `run`, `env` and `text` are the "
	"test's. It has `/tmp`, `/dev/shm`, a loopback device, and `/` as its folder; it is root, "
	"in a session of its own, and ends with all it forked.\n\n"
	"A run without any of its metrics is inconclusive, as is one that lacks a metric with a "
	"bound; a value out of its bounds fails. The others are null when they are not there. "
	"Metrics are in the sidecar under `payload_metrics`; `stats compare` judges those that "
	"are `better: lower` or `higher`.\n\n"
	"The ops `run_payload`, `wait_payload` and `kill_payload` are in "
	"[scenarios.md](scenarios.md). One that a step runs does not run from the start.\n\n"
	"## Where a metric is\n\n"
	"| from | path |\n|---|---|\n";

static const char picks[] = "\n| pick | when it is there more than once |\n|---|---|\n";

static const char presets[] =
	"\n## Presets\n\n"
	"Each is tested on what the program printed: tests/fixtures/payload.\n";

static void add_preset(const struct payload_preset *p, struct strbuf *out)
{
	strbuf_addf(out, "\n### %s\n\nRun %s.\n\n", p->name, p->use);
	strbuf_adds(out, "| metric | unit | better | what it is |\n|---|---|---|---|\n");
	for (size_t i = 0; i < p->n; i++) {
		const struct payload_metric *m = &p->metrics[i];

		strbuf_addf(out, "| `%s` | %s | %s | %s |\n", m->name, m->unit ? m->unit : "",
		            m->better == POLARITY_NONE
		                    ? ""
		                    : json_name(&payload_polarity_names, (int)m->better),
		            m->doc);
	}
}

void payload_doc(struct strbuf *out)
{
	strbuf_adds(out, intro);
#define X(e, name, doc) strbuf_adds(out, "| `" name "` | " doc " |\n");
	PAYLOAD_SOURCES(X)
	strbuf_adds(out, picks);
	PAYLOAD_PICKS(X)
#undef X
	strbuf_adds(out, presets);
	for (size_t i = 0; i < payload_presets_n; i++)
		add_preset(&payload_presets[i], out);
}
