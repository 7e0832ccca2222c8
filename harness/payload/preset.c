/* SPDX-License-Identifier: GPL-2.0-only */
/* The output formats of well-known programs. Captured outputs are in tests/fixtures/payload. */
#include "base/parse.h"
#include "harness/payload/extract.h"

#define M(name_, from_, pick_, unit_, better_, path_, doc_)                                        \
	{                                                                                          \
		.name = (name_), .path = (path_), .unit = (unit_), .from = PAYLOAD_##from_,        \
		.pick = PICK_##pick_, .better = POLARITY_##better_, .min = NAN, .max = NAN,        \
		.doc = (doc_)                                                                      \
	}

/* "Wakeup Latencies percentiles (usec) …", then one line per percentile. Older versions print one
 * table, without the first word. Interim reports (-i) come before the final one. */
#define SCHBENCH(title, line) "^" title "[^\n]*\n(?:[ \t*]+[^\n]*\n)*?[ \t*]+" line
static const struct payload_metric schbench[] = {
	M("wakeup_p50", REGEX, LAST, "us", LOWER,
	  SCHBENCH("(?:Wakeup Latencies|Latency) percentiles", "50\\.0+th: (\\d+)"),
	  "wake-up latency, median"),
	M("wakeup_p99", REGEX, LAST, "us", LOWER,
	  SCHBENCH("(?:Wakeup Latencies|Latency) percentiles", "99\\.0+th: (\\d+)"),
	  "wake-up latency, 99th percentile"),
	M("wakeup_p99.9", REGEX, LAST, "us", LOWER,
	  SCHBENCH("(?:Wakeup Latencies|Latency) percentiles", "99\\.90*th: (\\d+)"),
	  "wake-up latency, 99.9th percentile"),
	M("wakeup_max", REGEX, LAST, "us", LOWER,
	  SCHBENCH("(?:Wakeup Latencies|Latency) percentiles", "min=\\d+, max=(\\d+)"),
	  "wake-up latency, maximum"),
	M("request_p50", REGEX, LAST, "us", LOWER,
	  SCHBENCH("Request Latencies percentiles", "50\\.0+th: (\\d+)"),
	  "time of a request, median"),
	M("request_p99", REGEX, LAST, "us", LOWER,
	  SCHBENCH("Request Latencies percentiles", "99\\.0+th: (\\d+)"),
	  "time of a request, 99th percentile"),
	M("rps", REGEX, LAST, "1/s", HIGHER, "^average rps: ([\\d.]+)", "requests per second"),
};

static const struct payload_metric hackbench[] = {
	M("time", REGEX, LAST, "s", LOWER, "^Time: ([\\d.]+)", "time to deliver all messages"),
};

#define CYCLICTEST(column) "^\\W*T: *\\d+ .*" column ": *(\\d+)"
static const struct payload_metric cyclictest[] = {
	M("min", REGEX, MIN, "us", LOWER, CYCLICTEST("Min"), "smallest latency of any thread"),
	M("avg", REGEX, MEAN, "us", LOWER, CYCLICTEST("Avg"),
	  "mean of the average latency of each thread"),
	M("max", REGEX, MAX, "us", LOWER, CYCLICTEST("Max"), "largest latency of any thread"),
};

/* Columns: stressor, bogo ops, real, user and system seconds, bogo ops/s by real and by CPU time.
 * Newer versions add columns. Other versions before 0.15 print "info:". --timestamp adds the time. */
#define STRESS(columns) "^stress-ng: (?:[\\d:.]+ )?(?:metrc|info): +\\[\\d+\\] \\S+ +" columns
#define COLUMN          "[\\d.]+ +"
static const struct payload_metric stress_ng[] = {
	M("bogo_ops", REGEX, SUM, NULL, HIGHER,
	  STRESS("(\\d+) +" COLUMN COLUMN COLUMN COLUMN "[\\d.]+"), "operations of all stressors"),
	M("bogo_ops_rate", REGEX, SUM, "1/s", HIGHER,
	  STRESS("\\d+ +" COLUMN COLUMN COLUMN "([\\d.]+) +[\\d.]+"),
	  "the same, per second of real time"),
	M("bogo_ops_cpu_rate", REGEX, SUM, "1/s", HIGHER,
	  STRESS("\\d+ +" COLUMN COLUMN COLUMN COLUMN "([\\d.]+)"),
	  "the same, per second of CPU time"),
};

/* One line per phase: idx perf run period start end rel_st slack c_duration c_period wu_lat. */
#define RTAPP(before, column) "^ *\\d+" before " +" column
#define SKIP1                 " +-?\\d+"
#define SKIP5                 SKIP1 SKIP1 SKIP1 SKIP1 SKIP1
static const struct payload_metric rt_app[] = {
	M("run_mean", REGEX, MEAN, "us", NONE, RTAPP(SKIP1, "(\\d+)" SKIP5 SKIP1 SKIP1 SKIP1 "$"),
	  "running time of a phase"),
	M("slack_min", REGEX, MIN, "us", HIGHER,
	  RTAPP(SKIP5 SKIP1, "(-?\\d+)" SKIP1 SKIP1 SKIP1 "$"),
	  "smallest time left at the end of a period"),
	M("slack_mean", REGEX, MEAN, "us", HIGHER,
	  RTAPP(SKIP5 SKIP1, "(-?\\d+)" SKIP1 SKIP1 SKIP1 "$"), "the same, mean"),
	M("wakeup_mean", REGEX, MEAN, "us", LOWER, RTAPP(SKIP5 SKIP1 SKIP1 SKIP1 SKIP1, "(\\d+)$"),
	  "wake-up latency, mean"),
	M("wakeup_p99", REGEX, P99, "us", LOWER, RTAPP(SKIP5 SKIP1 SKIP1 SKIP1 SKIP1, "(\\d+)$"),
	  "the same, 99th percentile"),
	M("wakeup_max", REGEX, MAX, "us", LOWER, RTAPP(SKIP5 SKIP1 SKIP1 SKIP1 SKIP1, "(\\d+)$"),
	  "the same, maximum"),
};

static const struct payload_metric fio[] = {
	M("read_iops", JSON, SUM, "1/s", HIGHER, "jobs.*.read.iops", "reads per second, all jobs"),
	M("write_iops", JSON, SUM, "1/s", HIGHER, "jobs.*.write.iops",
	  "writes per second, all jobs"),
	M("read_bw", JSON, SUM, "B/s", HIGHER, "jobs.*.read.bw_bytes", "bytes read per second"),
	M("write_bw", JSON, SUM, "B/s", HIGHER, "jobs.*.write.bw_bytes",
	  "bytes written per second"),
	M("read_clat_p99", JSON, MAX, "ns", LOWER, "jobs.*.read.clat_ns.percentile.99.000000",
	  "completion latency of a read, 99th percentile, worst job"),
	M("write_clat_p99", JSON, MAX, "ns", LOWER, "jobs.*.write.clat_ns.percentile.99.000000",
	  "completion latency of a write, 99th percentile, worst job"),
};

static const struct payload_metric perf_bench[] = {
	M("time", REGEX, SUM, "s", LOWER, "^ *Total time: ([\\d.]+) \\[sec\\]",
	  "total time of all benchmarks"),
	M("per_op", REGEX, LAST, "us", LOWER, "^ *([\\d.]+) usecs/op",
	  "time per operation, of benchmarks that count operations"),
	M("rate", REGEX, LAST, "1/s", HIGHER, "^ *(\\d+) ops/sec",
	  "operations per second, likewise"),
};

#define PRESET(name_, metrics_, use_)                                                              \
	{                                                                                          \
		.name = (name_), .use = (use_), .metrics = (metrics_), .n = ARRAY_SIZE(metrics_)   \
	}
const struct payload_preset payload_presets[] = {
	PRESET("cyclictest", cyclictest, "it with `-q`"),
	PRESET("fio", fio, "it with `--output-format=json`"),
	PRESET("hackbench", hackbench, "it; no option is needed"),
	PRESET("perf-bench", perf_bench,
	       "`perf bench sched pipe` or another benchmark of `perf bench`"),
	PRESET("rt-app", rt_app,
	       "it with `\"logdir\": \"/tmp\"` and `collect: [/tmp/*.log]`: its figures are in its "
	       "logs"),
	PRESET("schbench", schbench, "it; no option is needed"),
	PRESET("stress-ng", stress_ng, "it with `--metrics-brief`"),
};
const size_t payload_presets_n = ARRAY_SIZE(payload_presets);

const struct payload_preset *payload_preset_find(const char *name)
{
	for (size_t i = 0; i < payload_presets_n; i++)
		if (streq(payload_presets[i].name, name))
			return &payload_presets[i];
	return NULL;
}

int payload_metric_check(const struct payload_metric *m, struct err *err)
{
	if (m->from == PAYLOAD_REGEX && regex_check(m->path, err) < 0)
		return -(int)err->code;
	return m->path[0] ? 0 : err_set(err, ERR_FORMAT, "is empty");
}
