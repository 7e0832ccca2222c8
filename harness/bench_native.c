/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/term.h"
#include "harness/bench/beside.h"
#include "harness/bench_session.h"
#include "harness/scratch.h"

#define NATIVE     "native" /* accelerator and profile of such results */
#define SHARED_MEM "/dev/shm"
#define SCX_OPS    "/sys/kernel/sched_ext/root/ops"

static char *topology(const struct bench_machine *m)
{
	uint32_t per_llc = m->cpus / m->llcs / m->threads;

	return xasprintf("%un%ul%uc%ut", m->nodes, m->llcs, per_llc ? per_llc : 1, m->threads);
}

static char *scheduler(void)
{
	char *ops = fs_read_line(AT_FDCWD, SCX_OPS);

	if (ops && *ops)
		return ops;
	free(ops);
	return xstrdup("eevdf");
}

/* Which pass over the rows. */
struct bench_turn {
	uint32_t repeat;
	bool beside;
};

/* What ran, as a hash. */
static char *identity(const struct bench_session *s, const struct utsname *u)
{
	_cleanup_free_ char *text =
		xasprintf("%s %s %llu %s", u->release, u->version, (unsigned long long)s->time_ns,
	                  s->file ? s->file : "");
	char *hex = xmalloc(SHA256_HEX);

	mem_sha256(text, strlen(text), hex);
	return hex;
}

static void record_machine(struct sidecar *s, const struct bench_machine *m,
                           const struct utsname *u)
{
	s->vm = xcalloc(1, sizeof(*s->vm));
	json_init(&sidecar_vm_table, s->vm);
	s->vm->accel = xstrdup(NATIVE);
	s->vm->vcpus = m->cpus;
	s->vm->memory_bytes = (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE);
	s->kernel = xcalloc(1, sizeof(*s->kernel));
	json_init(&sidecar_kernel_table, s->kernel);
	s->kernel->release = xstrdup(u->release);
	s->kernel->source = xstrdup("the running kernel");
}

static int start_record(const struct bench_session *b, const struct rundir *rd, struct sidecar *s,
                        struct err *err)
{
	const struct bench_machine m = bench_machine();
	struct utsname u;

	uname(&u);
	json_init(&sidecar_table, s);
	s->schema = SIDECAR_SCHEMA;
	s->test_name = xstrdup("bench");
	s->topology = topology(&m);
	s->scheduler = scheduler();
	s->work_type = xstrdup("none");
	s->clock = xstrdup("real");
	s->profile = xstrdup(NATIVE);
	s->ran_sha256 = identity(b, &u);
	s->duration_ns = b->time_ns;
	s->kernel_version = xstrdup(rundir_kernel_version(rd));
	s->project_commit = xstrdup(rundir_project_commit(rd));
	s->run_source = xstrdup(rundir_run_source());
	s->run_id = rundir_run_id();
	s->harness_version = xstrdup(KTSTR_VERSION);
	s->timestamp = clock_format_utc(time(NULL));
	record_machine(s, &m, &u);
	return host_new(rundir_path(rd), &s->host, err);
}

static int run_one(struct bench_session *s, struct rundir *rd, const struct bench_row *row,
                   const struct bench_opts *o, struct bench_turn turn, struct err *err)
{
	struct sidecar record;
	struct wire_bench w;
	uint64_t begin = clock_mono_ns();
	int r;

	if (start_record(s, rd, &record, err) < 0) {
		json_done(&sidecar_table, &record);
		return -(int)err->code;
	}
	bench_run(row, o, &w);
	w.repeat = turn.repeat;
	w.beside = turn.beside;
	record.end_timestamp = clock_format_utc(clock_parse_utc(record.timestamp) +
	                                        (time_t)((clock_mono_ns() - begin) / NS_PER_SEC));
	r = bench_session_write(s, rd, &w, &record, err);
	json_done(&wire_bench_table, &w);
	return r;
}

static int run_pass(struct bench_session *s, struct rundir *rd, const char *dir,
                    struct bench_turn turn, struct err *err)
{
	const struct bench_opts o = { .time_ns = s->time_ns,
		                      .file = s->file,
		                      .dir = dir,
		                      .started_ns = U64_NONE,
		                      .image_bytes = U64_NONE };

	for (size_t i = 0; i < s->n_rows; i++) {
		term_progress("%s, %zu of %zu, repeat %u of %u%s", bench_about(s->rows[i])->name,
		              i + 1, s->n_rows, turn.repeat + 1, s->repeats,
		              turn.beside ? ", with the program" : "");
		if (run_one(s, rd, s->rows[i], &o, turn, err) < 0)
			return -(int)err->code;
	}
	return 0;
}

static int run_beside(struct bench_session *s, struct rundir *rd, const char *dir,
                      struct bench_turn turn, struct err *err)
{
	struct child c;
	int r;

	if (beside_start(&s->with, &c, err) < 0)
		return -(int)err->code;
	r = run_pass(s, rd, dir, turn, err);
	if (r == 0)
		return beside_stop(&c, err);
	child_done(&c);
	return r;
}

/* Repeat by repeat, and A B, B A with a program beside: what changes on the machine in the meantime hits
 * all rows and both sides. */
static int run_all(struct bench_session *s, struct rundir *rd, const char *dir, struct err *err)
{
	const uint32_t passes = s->with.n ? 2 : 1;

	for (uint32_t i = 0; i < s->repeats * passes; i++) {
		struct bench_turn turn = { .repeat = i / passes };

		turn.beside = passes == 2 && i % 2 != turn.repeat % 2;
		if ((turn.beside ? run_beside : run_pass)(s, rd, dir, turn, err) < 0)
			return -(int)err->code;
	}
	term_progress_end();
	return 0;
}

int bench_native(struct bench_session *s, struct err *err)
{
	CLEANUP(scratch_done) struct scratch scratch = SCRATCH_NONE;
	CLEANUP(rundir_close) struct rundir *rd = NULL;
	struct utsname u;

	uname(&u);
	if (rundir_open(&(struct rundir_opts){ .kernel_version = u.release, .keep = s->keep }, &rd,
	                err) < 0 ||
	    scratch_new("bench", fs_is_dir(AT_FDCWD, SHARED_MEM) ? SHARED_MEM : NULL, &scratch,
	                err) < 0)
		return -(int)err->code;
	if (rundir_warning(rd))
		fprintf(stderr, "%s\n", rundir_warning(rd));
	strv_add(&s->dirs, rundir_path(rd));
	return run_all(s, rd, scratch.path, err);
}
