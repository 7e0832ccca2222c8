/* SPDX-License-Identifier: GPL-2.0-only */
/* A job and what its guest would have said, for tests of what is made of them. */
#ifndef TESTS_UNIT_JUDGE_WORLD_H
#define TESTS_UNIT_JUDGE_WORLD_H

#include "harness/judge/judge.h"
#include "tests/unit/test.h"

struct world {
	struct job job;
	struct guest_report guest;
	struct check_set checks;
	struct sidecar out;
	double host_wait_pct;
	uint64_t quantum_ns;
	struct judge_expect expect;
	bool expects;
	const struct judge_payload *payloads; /* as many as the job has; NULL: none */
};

/* Cgroup "a" of two spinners on two CPUs that ran a second, each with a CPU of its own. */
void world_init(struct world *w);
void world_done(struct world *w);
/* One more, its workers as healthy. Valid until the next. */
struct wire_cgroup *world_cgroup(struct world *w, const char *name, enum work_type type,
                                 uint32_t workers);
struct wire_cgroup *world_guest(const struct world *w, size_t cgroup);
struct wire_worker *world_worker(const struct world *w, size_t cgroup, size_t worker);
struct job_work *world_work(const struct world *w, size_t work);
struct job_cgroup *world_job_cgroup(const struct world *w, size_t cgroup);
/* An op before the start. */
struct job_op *world_op(struct world *w, enum op_kind kind);
struct job_op *world_last_op(const struct world *w);
/* `n` values. Caller owns. */
struct hist_packed *world_hist(uint64_t value_ns, uint32_t n);
void world_judge(struct world *w, const char *vm_cause);
double world_metric(const struct world *w, enum metric m);
double world_cgroup_metric(const struct world *w, size_t cgroup, enum cgroup_metric m);

#endif
