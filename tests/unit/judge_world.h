/* SPDX-License-Identifier: GPL-2.0-only */
/* A job and the report of its guest, made up for tests of the judge. */
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
	uint32_t repeats;
	struct judge_expect expect;
	bool expects;
	const char *crash, *crash_fault; /* what the console says */
	uint64_t vm_ns, silent_ns;       /* vm_ns: the VM timed out after it; 0: it did not */
	const struct payload_metric *sched_metrics;
	size_t n_sched_metrics;
	const struct judge_payload *payloads; /* one for each of the job's; NULL: none */
};

/* Two CPUs and a cgroup "a" of two spinners. Each had a CPU to itself for one second. */
void world_init(struct world *w);
void world_done(struct world *w);
/* Adds a cgroup whose workers did as well. The pointer is valid until the next call. */
struct wire_cgroup *world_cgroup(struct world *w, const char *name, enum work_type type,
                                 uint32_t workers);
struct wire_cgroup *world_guest(const struct world *w, size_t cgroup);
struct wire_worker *world_worker(const struct world *w, size_t cgroup, size_t worker);
struct job_work *world_work(const struct world *w, size_t work);
struct job_cgroup *world_job_cgroup(const struct world *w, size_t cgroup);
/* Adds an op before the start barrier. */
struct job_op *world_op(struct world *w, enum op_kind kind);
struct job_op *world_last_op(const struct world *w);
/* A histogram of n equal values. The caller owns it. */
struct hist_packed *world_hist(uint64_t value_ns, uint32_t n);
void world_judge(struct world *w, const char *vm_cause);
double world_metric(const struct world *w, enum metric m);
double world_cgroup_metric(const struct world *w, size_t cgroup, enum cgroup_metric m);

#endif
