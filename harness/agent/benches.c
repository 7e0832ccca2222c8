/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/benches.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "harness/agent/chance.h"
#include "harness/bench/bench.h"
#include "harness/bench/beside.h"

#define FOLDER "/bench" /* /tmp may have files of the program that runs beside */

static int make_folder(struct err *err)
{
	mkdir(FOLDER, 0777);
	return mount("tmpfs", FOLDER, "tmpfs", 0, NULL) < 0 ? err_sys(err, errno, "mount " FOLDER)
	                                                    : 0;
}

static void run_pass(struct agent *a, bool beside)
{
	const struct job_bench *job = a->job.bench;
	const struct bench_opts o = { .time_ns = job->time_ns,
		                      .file = job->file,
		                      .dir = FOLDER,
		                      .guest = true,
		                      .started_ns = a->started_ns,
		                      .image_bytes = job->image_bytes };

	strv_each (&job->names, i) {
		const struct bench_row *row = bench_find(job->names.v[i]);
		struct wire_bench w;

		if (!row)
			continue;
		bench_run(row, &o, &w);
		w.repeat = job->repeat;
		w.beside = beside;
		agent_send(a, WIRE_BENCH, &w);
		json_done(&wire_bench_table, &w);
	}
}

static int run_beside(struct agent *a, struct err *err)
{
	struct child c;

	if (beside_start(&a->job.bench->with, &c, err) < 0)
		return -(int)err->code;
	run_pass(a, true);
	return beside_stop(&c, err);
}

static void say_busy(struct agent *a, const struct strv *busy)
{
	_cleanup_free_ char *list = strv_join(busy, ", ");

	agent_log(a, "the guest did not become quiet: %s", busy->n ? list : "no task stands out");
}

int benches_run(struct agent *a, const struct wire_system *sys, struct err *err)
{
	const struct job_bench *job = a->job.bench;

	if (!sys->quiet)
		say_busy(a, &sys->busy);

	if (make_folder(err) < 0)
		return -(int)err->code;
	chance_pids(&a->job);
	chance_memory(&a->job);
	chance_wait(&a->job);
	agent_phase(a, PHASE_RUN);
	if (job->with.n && job->with_first && run_beside(a, err) < 0)
		return -(int)err->code;
	run_pass(a, false);
	if (job->with.n && !job->with_first && run_beside(a, err) < 0)
		return -(int)err->code;
	agent_phase(a, PHASE_TEARDOWN);
	return 0;
}
