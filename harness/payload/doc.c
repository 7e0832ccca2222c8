/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/strbuf.h"
#include "harness/payload/payload.h"

static const char intro[] =
	"# Payloads\n\n"
	"Made from the tables in harness/payload; a unit test keeps it current.\n\n"
	"A payload is a program of this machine that runs in the guest beside the workers, in\n"
	"the cgroup the scenario names, from the start of the run or from an op on. The harness\n"
	"packs what it needs: its libraries, found as ld.so would find them (RPATH, RUNPATH,\n"
	"`$ORIGIN`, `LD_LIBRARY_PATH`, the cache, the default folders), or the interpreter of a\n"
	"script. Files that it opens by name later (plug-ins, data) must be listed under\n"
	"`files`.\n\n"
	"```yaml\n"
	"payloads:\n"
	"  - name: pipe\n"
	"    run: [perf, bench, sched, pipe, -l, \"1000\"]\n"
	"    cgroup: bench\n"
	"    wait: 30s\n"
	"    preset: perf-bench\n"
	"    metrics:\n"
	"      - { name: rate, min: 1000 }           # a bound on a metric of the preset\n"
	"      - { name: ops, from: regex, path: 'Executed (\\d+)', better: higher }\n"
	"```\n\n"
	"| key | value |\n"
	"|---|---|\n"
	"| `name` | the output is kept beside the sidecar as `….NAME-0.txt` |\n"
	"| `run` | the program (on `$PATH`, or a path relative to the scenario file) and its "
	"arguments |\n"
	"| `package` | the Debian package that has the program. With it, the test is skipped if"
	" the program is not installed; without it, that is an error |\n"
	"| `cgroup` | path; default: the guest's root |\n"
	"| `env` | list of `NAME=value` |\n"
	"| `files` | list of `{ path, from }` or `{ path, text }`: the path in the guest, and "
	"the path on this machine (default: the same) or the content |\n"
	"| `collect` | files it writes that are output too; the last part may be a pattern: "
	"`/tmp/rt-*.log` |\n"
	"| `output_max` | how much of its output is kept: half from the beginning, half from "
	"the end; default 64K, at most 1M |\n"
	"| `wait` | how long it may run beyond the duration; if it runs longer, the test fails."
	" Default: the payload is ended with the run, and that is no failure |\n"
	"| `expect_exit` | expected exit status; default 0. Any other fails the test; the cause"
	" quotes the last line of the output |\n"
	"| `preset` | a set of metrics, see below |\n"
	"| `metrics` | list of `{ name, from, path, pick, unit, better, min, max }`; to change "
	"a metric of the preset, give its name and what differs |\n\n"
	"`{cpus}`, `{duration_s}`, `{duration_ms}` and `{seed}` in `run`, `env` and `text` are\n"
	"replaced by the test's values. A payload has `/tmp`, `/dev/shm` and a loopback device.\n"
	"It starts in `/`, as root, in a session of its own. When it ends, all it forked ends\n"
	"too.\n\n"
	"A run is inconclusive if it gives none of the metrics, or lacks a metric that has a\n"
	"bound. A value out of its bounds fails the test. Other missing metrics are null. The\n"
	"sidecar has the metrics under `payload_metrics`; `stats compare` judges those with\n"
	"`better: lower` or `better: higher`.\n\n"
	"The ops `run_payload`, `wait_payload` and `kill_payload` are in\n"
	"[scenarios.md](scenarios.md). A payload that a step runs does not run from the start.\n\n"
	"## Where a metric is found\n\n"
	"| from | path |\n"
	"|---|---|\n";

static const char picks[] = "\n| pick | if there are several values |\n|---|---|\n";

static const char presets[] =
	"\n## Presets\n\n"
	"Each is tested on captured output of the program: tests/fixtures/payload.\n";

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
