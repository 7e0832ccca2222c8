/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/bench_session.h"

int bench_session_write(struct bench_session *s, struct rundir *rd, struct sidecar *record,
                        struct err *err)
{
	int r = rundir_write(rd, record, NULL, err);

	if (r == 0)
		bench_results_add(&s->results, record);
	json_done(&sidecar_table, record);
	return r;
}
