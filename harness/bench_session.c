/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/bench_session.h"

#include <stdlib.h>

#include "base/fs.h"
#include "harness/bench_record.h"

int bench_session_write(struct bench_session *s, struct rundir *rd, struct wire_bench *w,
                        struct sidecar *record, struct err *err)
{
	const char *label = !s->with.n  ? NULL
	                    : w->beside ? fs_basename(s->with.v[0])
	                                : BENCH_BASELINE;
	int r;

	bench_record(record, w, label);
	r = rundir_write(rd, record, NULL, err);
	if (r == 0)
		bench_results_add(&s->results, record);
	json_done(&sidecar_table, record);
	return r;
}

void bench_session_done(struct bench_session *s)
{
	for (size_t i = 0; i < s->n_kernels; i++)
		kernel_done(&s->kernels[i]);
	for (size_t i = 0; i < s->n_profiles; i++)
		profile_done(&s->profiles[i]);
	free(s->kernels);
	free(s->profiles);
	free(s->rows);
	strv_done(&s->with);
	strv_done(&s->dirs);
	bench_results_done(&s->results);
}
