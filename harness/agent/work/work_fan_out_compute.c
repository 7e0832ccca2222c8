/* SPDX-License-Identifier: GPL-2.0-only */
/* Works like schbench: a messenger wakes its workers one by one, each through its own word. */
#include <math.h>

#include "harness/agent/work/work_parts.h"

enum {
	PARAM_FAN_OUT,
	PARAM_PERIOD_US,
	PARAM_FOOTPRINT_KIB,
	PARAM_OPERATIONS
};

/* Three n × n matrices of doubles. */
static size_t order(const struct worker *w)
{
	return (size_t)sqrt(w->param[PARAM_FOOTPRINT_KIB] * 1024 / 3 / sizeof(double));
}

static void setup(struct worker *w)
{
	memory_setup(w, 3 * order(w) * order(w) * sizeof(double));
}

/* The largest footprint takes minutes under emulation, so this checks for a stop at each sum. */
static void multiply(const struct worker *w, const double *a, const double *b, double *c, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n && !worker_stopped(w); j++) {
			double sum = 0;
			for (size_t k = 0; k < n; k++)
				sum += a[i * n + k] * b[k * n + j];
			c[i * n + j] = sum;
		}
}

static void run(struct worker *w)
{
	size_t n = order(w);
	double *a = w->memory, *b = a + n * n, *c = b + n * n;
	uint32_t seen = 0;

	if (w->member == 0)
		return group_wake_all_paced(w, worker_param(w, PARAM_PERIOD_US) * NS_PER_US);
	for (; group_await(w, &seen); w->slot->iterations++)
		for (uint64_t i = 0; i < worker_param(w, PARAM_OPERATIONS) && !worker_stopped(w);
		     i++)
			multiply(w, a, b, c, n);
}

const struct work_impl work_fan_out_compute = {
	.area_bytes = sizeof(struct work_words),
	.setup = setup,
	.run = run,
};
