/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/bench_compare.h"

#include <errno.h>

#include "base/cmd.h"
#include "base/fs.h"
#include "harness/bench_record.h"
#include "stats/sides.h"

/* The sides differ in one dimension of `stats`. */
struct bench_sides {
	const char *dimension;
	struct strv values;
};

static void find_sides(const struct bench_session *s, struct bench_sides *out)
{
	out->dimension = s->n_profiles > 1 ? "profile" : s->n_kernels > 1 ? "kernel" : "beside";
	for (size_t i = 0; s->n_profiles > 1 && i < s->n_profiles; i++)
		strv_add(&out->values, s->profiles[i].name);
	for (size_t i = 0; !out->values.n && s->n_kernels > 1 && i < s->n_kernels; i++)
		strv_add(&out->values, kernel_label(&s->kernels[i]));
	if (!out->values.n && s->with.n)
		strv_addl(&out->values, BENCH_BASELINE, fs_basename(s->with.v[0]), NULL);
}

bool bench_has_sides(const struct bench_session *s)
{
	return s->n_profiles > 1 || s->n_kernels > 1 || s->with.n;
}

static int print_pages(const struct bench_session *s, const struct bench_sides *sides, FILE *to,
                       struct err *err)
{
	_cleanup_free_ char *run_id = rundir_run_id();
	int status = EXIT_OK;

	for (size_t i = 1; i < sides->values.n; i++) {
		const struct two_sides two = { .dirs = &s->dirs,
			                       .run_id = run_id,
			                       .dimension = sides->dimension,
			                       .value = { sides->values.v[0],
			                                  sides->values.v[i] } };
		int r = sides_print(&two, to, err);

		if (r < 0)
			return r;
		if (r != EXIT_OK)
			status = r;
	}
	return status;
}

int bench_compare(const struct bench_session *s, const char *report, struct err *err)
{
	struct bench_sides sides = { .values = STRV_INIT };
	_cleanup_file_ FILE *f = NULL;
	int r;

	find_sides(s, &sides);
	r = print_pages(s, &sides, stdout, err);
	if (r >= 0 && report) {
		f = fopen(report, "we");
		r = f ? print_pages(s, &sides, f, err) : err_sys(err, errno, "--report %s", report);
	}
	if (f && fflush(f) != 0)
		r = err_sys(err, errno, "--report %s", report);
	strv_done(&sides.values);
	return r;
}
