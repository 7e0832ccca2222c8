/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/stats_sample.h"

#include "base/mem.h"

void sample_dim(struct row *r, enum dim d, const char *value)
{
	free(r->dim[d]);
	r->dim[d] = xstrdup(value);
}

struct row sample_row(const char *test, const char *kernel)
{
	static const char *const dims[DIM_COUNT] = {
		[DIM_SCHEDULER] = "eevdf",
		[DIM_TOPOLOGY] = "1n1l2c1t",
		[DIM_WORK_TYPE] = "spin",
		[DIM_PROJECT_COMMIT] = "abc1234",
		[DIM_KERNEL_COMMIT] = "1234567",
		[DIM_RUN_SOURCE] = "local",
		[DIM_CLOCK] = "real",
		[DIM_PROFILE] = "fast",
	};
	struct row r = { .test = xstrdup(test),
		         .duration_ns = U64_NONE,
		         .flags = xstrdup(""),
		         .payload_names = xstrdup(""),
		         .outcome = OUTCOME_PASS,
		         .seed = 1,
		         .host = HOST_NONE };

	for (int d = 0; d < DIM_COUNT; d++)
		r.dim[d] = xstrdup(dims[d]);
	sample_dim(&r, DIM_KERNEL, kernel);
	for (int m = 0; m < METRIC_COUNT; m++)
		r.v[m] = NAN;
	return r;
}

struct rows sample_rows(const struct row *rows, size_t n)
{
	struct rows out = { .v = xcalloc(n + 1, sizeof(*out.v)), .n = n };

	for (size_t i = 0; i < n; i++)
		out.v[i] = &rows[i];
	return out;
}
