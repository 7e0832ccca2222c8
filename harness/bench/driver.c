/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/bench/driver.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/sort.h"
#include "harness/bench/cores.h"

#define OVERHEAD_ROUNDS 200
#define LOOP_ITERATIONS 10000

static void empty(struct bench *b, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++)
		BENCH_KEEP(b);
}

static double time_of(void (*op)(struct bench *, uint64_t), struct bench *b, uint64_t n)
{
	uint64_t begin = clock_mono_ns();

	op(b, n);
	return (double)(clock_mono_ns() - begin);
}

/* The median, so that an interrupt does not count. */
static double usual_time(uint64_t n)
{
	double v[OVERHEAD_ROUNDS];

	for (size_t i = 0; i < OVERHEAD_ROUNDS; i++)
		v[i] = time_of(empty, NULL, n);
	sort_doubles(v, OVERHEAD_ROUNDS);
	return v[OVERHEAD_ROUNDS / 2];
}

struct bench_overhead bench_overhead(void)
{
	struct bench_overhead o = { .timer_ns = usual_time(0) };

	o.loop_ns = fmax(usual_time(LOOP_ITERATIONS) - o.timer_ns, 0) / LOOP_ITERATIONS;
	return o;
}

uint64_t bench_next_batch(uint64_t n, double took_ns, double want_ns, uint64_t max_batch)
{
	double factor = took_ns > want_ns / 10 ? want_ns / took_ns : 10;
	uint64_t next = (uint64_t)ceil((double)n * fmax(factor, 1));

	return max_batch && next > max_batch ? max_batch : next;
}

/* A series of samples in the making. */
struct run {
	const struct bench_row *row;
	struct bench *b;
	struct bench_overhead overhead;
	uint64_t batch, iterations;
	double total_ns;
	double v[TIMING_SAMPLES_MAX];
	size_t n;
};

/* Without overhead; never negative. */
static double take_batch(struct run *r, uint64_t n)
{
	const struct bench_row *row = r->row;
	double ns;

	if (row->prepare)
		row->prepare(r->b, n);
	ns = time_of(row->op, r->b, n);
	if (row->clean)
		row->clean(r->b, n);
	return fmax(ns - r->overhead.timer_ns - r->overhead.loop_ns * (double)n, 0);
}

/* The first batches also warm up caches and page tables. */
static void calibrate(struct run *r)
{
	double want = (double)r->b->o->time_ns / TIMING_SAMPLES_MAX;
	uint64_t n = 1;

	for (;;) {
		double took = take_batch(r, n);
		uint64_t next;

		if (took >= want) /* perhaps only something else ran in between */
			took = fmin(took, take_batch(r, n));
		next = bench_next_batch(n, took, want, r->row->max_batch);
		if (r->b->err.code != ERR_NONE || took >= want || next <= n)
			break;
		n = next;
	}
	r->batch = n;
}

static void take_sample(struct run *r)
{
	uint64_t iterations = r->batch;
	double v;

	if (r->row->op) {
		double ns = take_batch(r, r->batch);

		r->total_ns += ns;
		v = ns / (double)r->batch;
	} else {
		v = r->row->sample(r->b, &iterations);
		if (streq(r->row->about.unit, "ns"))
			r->total_ns += v * (double)iterations;
	}
	r->iterations += iterations;
	r->v[r->n++] = v;
}

static bool wants_more(const struct run *r, uint64_t elapsed_ns)
{
	uint32_t passes = r->b->o->passes ? r->b->o->passes : 1;
	uint64_t time_ns = r->b->o->time_ns / passes;
	size_t most = r->row->samples ? r->row->samples : TIMING_SAMPLES_MAX / passes;
	size_t least = (BENCH_SAMPLES_MIN + passes - 1) / passes;

	if (r->b->err.code != ERR_NONE || r->n >= most)
		return false;
	if (elapsed_ns < time_ns)
		return true;
	return r->n == 0 || (r->n < least && elapsed_ns < BENCH_OVERTIME * time_ns);
}

static void fill(const struct run *r, struct timing *out)
{
	out->unit = xstrdup(r->row->about.unit);
	timing_sum_up(r->v, r->n, out);
	out->iterations = r->iterations;
	out->batch = r->batch;
	out->per_iteration = out->mean;
	if (!streq(out->unit, "ns"))
		return;
	out->total_ns = (uint64_t)llround(r->total_ns);
	out->per_iteration = r->total_ns / (double)r->iterations;
	out->timer_ns = r->overhead.timer_ns;
	out->loop_ns = r->overhead.loop_ns;
}

int bench_drive(const struct bench_row *row, struct bench *b, struct timing *out, struct err *err)
{
	struct run r = { .row = row, .b = b, .batch = 1, .overhead = bench_overhead() };
	uint64_t begin;

	if (row->one_cpu && cpus_pin_to_one(err) < 0)
		return -(int)err->code;
	if (row->setup && row->setup(b, err) < 0)
		return -(int)err->code;
	if (row->op)
		calibrate(&r);
	begin = clock_mono_ns();
	while (wants_more(&r, clock_mono_ns() - begin))
		take_sample(&r);
	if (row->teardown)
		row->teardown(b);
	if (b->err.code != ERR_NONE) {
		*err = b->err;
		return -(int)err->code;
	}
	fill(&r, out);
	return 0;
}
