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
#include "harness/tell.h"

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

/* The rows are run in so many passes, each with its share of the samples: the machine's speed changes within
 * seconds, and a median has to be compared with those of other moments. Six is the fewest whose least and
 * greatest median are a 95 % interval. */
#define PASSES 6

/* One run of all rows. */
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

/* A row in the course of the passes. */
struct bench_taken {
	struct sidecar record;
	struct wire_bench w; /* of the last pass; in the end of all */
	struct timing parts[PASSES];
	size_t n_parts;
};

static void free_taken(struct bench_taken *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		json_done(&sidecar_table, &v[i].record);
		json_done(&wire_bench_table, &v[i].w);
		for (size_t k = 0; k < v[i].n_parts; k++)
			json_done(&timing_table, &v[i].parts[k]);
	}
	free(v);
}

static void keep_part(struct bench_taken *t)
{
	if (t->w.skipped || t->w.error)
		return;
	t->parts[t->n_parts++] = t->w.timing;
	json_init(&timing_table, &t->w.timing);
}

/* Of a row that ended without a result in an earlier pass nothing more is taken. */
static void take_share(const struct bench_row *row, struct bench_opts o, uint32_t pass,
                       struct bench_taken *t)
{
	o.passes = bench_in_passes(row) ? PASSES : 1;
	if (pass >= o.passes || t->n_parts < pass)
		return;
	json_done(&wire_bench_table, &t->w);
	bench_run(row, &o, &t->w);
	keep_part(t);
}

static void run_pass(struct bench_session *s, const struct bench_opts *o, struct bench_turn turn,
                     uint32_t pass, struct bench_taken *v)
{
	for (size_t i = 0; i < s->n_rows; i++) {
		term_progress("%s, %zu of %zu, pass %u of %u, repeat %u of %u%s",
		              bench_about(s->rows[i])->name, i + 1, s->n_rows, pass + 1, PASSES,
		              turn.repeat + 1, s->repeats, turn.beside ? ", with the program" : "");
		take_share(s->rows[i], *o, pass, &v[i]);
	}
}

static int write_taken(struct bench_session *s, struct rundir *rd, struct bench_turn turn,
                       struct bench_taken *t, struct err *err)
{
	t->w.repeat = turn.repeat;
	t->w.beside = turn.beside;
	if (!t->w.skipped && !t->w.error)
		timing_join(t->parts, t->n_parts, &t->w.timing);
	t->record.end_timestamp = clock_format_utc(time(NULL));
	return bench_session_write(s, rd, &t->w, &t->record, err);
}

static int run_turn(struct bench_session *s, struct rundir *rd, const char *dir,
                    struct bench_turn turn, struct err *err)
{
	const struct bench_opts o = { .time_ns = s->time_ns,
		                      .file = s->file,
		                      .dir = dir,
		                      .started_ns = U64_NONE,
		                      .image_bytes = U64_NONE };
	struct bench_taken *v = xcalloc(s->n_rows + 1, sizeof(*v));
	int r = 0;

	for (size_t i = 0; i < s->n_rows; i++) {
		json_init(&sidecar_table, &v[i].record);
		json_init(&wire_bench_table, &v[i].w);
	}
	for (size_t i = 0; r == 0 && i < s->n_rows; i++)
		r = start_record(s, rd, &v[i].record, err);
	for (uint32_t pass = 0; r == 0 && pass < PASSES; pass++)
		run_pass(s, &o, turn, pass, v);
	for (size_t i = 0; r == 0 && i < s->n_rows; i++)
		r = write_taken(s, rd, turn, &v[i], err);
	free_taken(v, s->n_rows);
	return r;
}

static int run_beside(struct bench_session *s, struct rundir *rd, const char *dir,
                      struct bench_turn turn, struct err *err)
{
	struct child c;
	int r;

	if (beside_start(&s->with, &c, err) < 0)
		return -(int)err->code;
	r = run_turn(s, rd, dir, turn, err);
	if (r == 0)
		return beside_stop(&c, err);
	child_done(&c);
	return r;
}

/* Repeat by repeat, and A B, B A with a program beside: what changes on the machine in the meantime hits
 * all rows and both sides. */
static int run_all(struct bench_session *s, struct rundir *rd, const char *dir, struct err *err)
{
	const uint32_t sides = s->with.n ? 2 : 1;

	for (uint32_t i = 0; i < s->repeats * sides; i++) {
		struct bench_turn turn = { .repeat = i / sides };

		turn.beside = sides == 2 && i % 2 != turn.repeat % 2;
		if ((turn.beside ? run_beside : run_turn)(s, rd, dir, turn, err) < 0)
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
	tell_replaced(rd);
	strv_add(&s->dirs, rundir_path(rd));
	return run_all(s, rd, scratch.path, err);
}
