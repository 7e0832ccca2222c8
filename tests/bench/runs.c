/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bench-runs RUNS TESTS: writes that many runs with that many sidecars each below $KTSTR_TARGET_DIR,
 * with the harness's own writer, on kernels 6.16.x and 6.17.x in turn. Prints how long a write took,
 * in µs: median and 99th percentile. A fixed generator spreads the values; they have as many digits
 * as real ones.
 */
#include <stdio.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/parse.h"
#include "sidecar/host.h"
#include "sidecar/rundir.h"

static uint64_t state = 88172645463325252ULL;

static double next_value(double base)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return base * (0.9 + (double)(state >> 11) / (double)(1ULL << 53) / 5);
}

static void add_cgroup(struct sidecar *s, const char *name)
{
	struct sidecar_cgroup *c = xgrow(s->stats.cgroups.v, s->stats.cgroups.n);

	json_init(&sidecar_cgroup_table, c);
	c->name = xstrdup(name);
	c->workers = 8;
	c->cpus = 8;
	c->work_type = xstrdup("cpu_spin");
	for (int m = 0; m < CGROUP_METRIC_COUNT; m++)
		c->metrics.v[m] = next_value(10 * (m + 1));
	for (int m = CG_WAKE_P50_US; m <= CG_WAKE_MAX_US; m++) /* in order */
		c->metrics.v[m] = 100 * m + next_value(10);
}

static void fill_stats(struct sidecar *s)
{
	const struct cgroup_metrics *rows[2];
	const struct sidecar_cgroup *c;

	add_cgroup(s, "spin");
	add_cgroup(s, "pipe");
	c = s->stats.cgroups.v;
	rows[0] = &c[0].metrics;
	rows[1] = &c[1].metrics;
	metric_roll_up(rows, 2, &s->stats.metrics);
	s->stats.metrics.v[M_VERIFIED_INSNS] = 348;
}

/* Of the JSON_OBJ_PTR field of that name: allocated and empty. */
static void *sub_record(const struct json_table *t)
{
	void *rec = xmalloc(t->size);

	json_init(t, rec);
	return rec;
}

static void fill_around(struct sidecar *s, const char *kernel)
{
	s->vm = sub_record(&sidecar_vm_table);
	s->vm->accel = xstrdup("tcg");
	s->vm->accel_reason = xstrdup("KVM only emulates here: it gave up on an SSE instruction");
	s->vm->qemu_version = xstrdup("10.0.2");
	s->vm->vcpus = 8;
	s->vm->memory_bytes = 671088640;
	s->vm->boot_s = next_value(20);
	s->vm->wall_s = next_value(30);
	s->kernel = sub_record(&sidecar_kernel_table);
	s->kernel->release = xasprintf("%s+deb13-cloud-amd64", kernel);
	s->kernel->source = xstrdup("debian");
	s->kernel->image_sha256 =
		xstrdup("1c297eb075a908950e80d09009e82ec6c1aedf54dbd4b61a57a7bd53be423582");
	s->guest = sub_record(&sidecar_guest_table);
	s->guest->quiet = 1;
	s->guest->quiet_wait_ms = next_value(200);
	s->guest->others_cpu_ms = next_value(50);
	s->scheduler_info = sub_record(&sidecar_scheduler_table);
	s->scheduler_info->object = xstrdup("/usr/local/lib/ktstr/schedulers/vtime.bpf.o");
	s->scheduler_info->ops = xstrdup("vtime");
	s->scheduler_info->load_ms = next_value(1000);
	s->scheduler_info->attach_ms = next_value(30);
}

static int fill(struct sidecar *s, unsigned int test, const char *kernel, struct err *err)
{
	json_init(&sidecar_table, s);
	s->schema = SIDECAR_SCHEMA;
	s->test_name = xasprintf("cgroup_test_%u", test);
	s->topology = xstrdup("1n2l4c1t");
	s->scheduler = xstrdup("vtime");
	s->work_type = xstrdup("cpu_spin+pipe_ping_pong");
	s->clock = xstrdup("real");
	s->profile = xstrdup("fast");
	s->repeat = 0;
	s->seed = 1;
	s->kernel_version = xstrdup(kernel);
	s->run_source = xstrdup("local");
	s->run_id = xstrdup("20261121T084127Z-7f940ca2");
	s->harness_version = xstrdup("0.1.0");
	s->timestamp = xstrdup("2026-11-21T08:41:27Z");
	s->end_timestamp = xstrdup("2026-11-21T08:41:59Z");
	s->duration_ns = 2000000000;
	s->outcome = OUTCOME_PASS;
	fill_stats(s);
	fill_around(s, kernel);
	if (host_new(NULL, &s->host, err) < 0)
		return -(int)err->code;
	s->host->load_1 = next_value(1); /* of the moment: each host record differs */
	strv_addf(&s->artefacts, "cgroup_test_%u.console.txt", test);
	return 0;
}

static int write_one(struct rundir *rd, unsigned int test, const char *kernel, uint64_t *ns,
                     struct err *err)
{
	uint64_t start;
	struct sidecar s;
	int rc = fill(&s, test, kernel, err);

	start = clock_mono_ns();
	if (rc == 0)
		rc = rundir_write(rd, &s, NULL, err);
	*ns = clock_mono_ns() - start;
	json_done(&sidecar_table, &s);
	return rc;
}

static int write_run(unsigned int run, uint64_t tests, uint64_t *ns, struct err *err)
{
	_cleanup_free_ char *kernel = xasprintf("6.%u.%u", 16 + run % 2, run / 2);
	struct rundir_opts o = { .kernel_version = kernel };
	struct rundir *rd = NULL;
	int rc = rundir_open(&o, &rd, err);

	for (uint64_t i = 0; rc == 0 && i < tests; i++)
		rc = write_one(rd, (unsigned int)i, kernel, &ns[i], err);
	rundir_close(&rd);
	return rc;
}

static int by_size(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static int make(const char *runs_text, const char *tests_text, struct err *err)
{
	_cleanup_free_ uint64_t *ns = NULL;
	uint64_t runs, tests;
	size_t n;

	if (parse_u64(runs_text, "RUNS", 1, 100000, &runs, err) < 0 ||
	    parse_u64(tests_text, "TESTS", 1, 100000, &tests, err) < 0)
		return -(int)err->code;
	n = (size_t)(runs * tests);
	ns = xcalloc(n, sizeof(*ns));
	for (unsigned int r = 0; r < runs; r++)
		if (write_run(r, tests, ns + r * tests, err) < 0)
			return -(int)err->code;
	qsort(ns, n, sizeof(*ns), by_size);
	printf("%.0f %.0f\n", (double)ns[n / 2] / 1e3, (double)ns[n * 99 / 100] / 1e3);
	return 0;
}

int main(int argc, char **argv)
{
	struct err err = ERR_INIT;

	if (argc == 3 && make(argv[1], argv[2], &err) == 0)
		return 0;
	fprintf(stderr, "bench-runs: %s\n", argc == 3 ? err.msg : "RUNS TESTS");
	return 1;
}
