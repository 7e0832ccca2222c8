/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runs payloads: programs that run beside the workers. Each run gets its own cgroup within the one
 * the payload names. So it can be killed with all that it forked, and its CPU time is known. Its
 * output is read as it comes.
 *
 *	payload_runs_init(&p, agent, &cgroups, &err)
 *	payload_runs_start(&p, index, begin_ns, &err)
 *	payload_runs_pump(&p)			whenever payload_runs_fd() is readable
 *	payload_runs_wait(&p, index, deadline, &err)
 *	payload_runs_stop(&p)			the run is over: kills those still running
 *	payload_runs_send(&p)
 *	payload_runs_done(&p)
 */
#ifndef AGENT_PAYLOAD_RUNS_H
#define AGENT_PAYLOAD_RUNS_H

#include "harness/agent/agent.h"
#include "harness/agent/cgroup.h"
#include "harness/agent/output.h"

/* One run of a payload. */
struct payload_run {
	uint32_t payload; /* index into job.payloads */
	uint32_t in;      /* index of the payload's cgroup; U32_NONE: the root */
	char *cgroup;     /* path of its own cgroup, below root_fd */
	pid_t pid;        /* 0: reaped */
	int pidfd, out_fd;
	bool killed;                         /* by us */
	int status;                          /* as waitpid() gives it */
	uint64_t begin_ns, start_ns, end_ns; /* begin: the test's run; start, end: its own */
	uint64_t cpu_ns;
	struct output output;
};

struct payload_runs {
	struct agent *a;
	struct cgroups *cgroups;
	int epoll_fd;
	struct payload_run *runs;
	size_t n;
	bool scheduler_gone; /* a wait saw that the scheduler exited */
};

int payload_runs_init(struct payload_runs *p, struct agent *a, struct cgroups *cgroups,
                      struct err *err) MUST_CHECK;
/* If exec fails, the payload's output says so and its exit status is 127. */
int payload_runs_start(struct payload_runs *p, uint32_t index, uint64_t begin_ns, struct err *err)
	MUST_CHECK;
/* Waits until the payload has ended or the scheduler has exited. An error if the deadline
 * passes. */
int payload_runs_wait(struct payload_runs *p, uint32_t index, uint64_t deadline, struct err *err)
	MUST_CHECK;
int payload_runs_kill(struct payload_runs *p, uint32_t index, struct err *err) MUST_CHECK;
/* Kills the payloads of a cgroup that is about to be removed, and keeps their CPU time. */
void payload_runs_kill_in(struct payload_runs *p, uint32_t cgroup);
/* Readable when there is something for payload_runs_pump(). */
int payload_runs_fd(const struct payload_runs *p);
/* Reads output and reaps payloads that ended. Never waits. */
void payload_runs_pump(struct payload_runs *p);
void payload_runs_stop(struct payload_runs *p);
/* Sum over all runs; U64_NONE if one was not measured. */
uint64_t payload_runs_cpu_ns(const struct payload_runs *p);
/* Sends a PAYLOAD record for each run. */
void payload_runs_send(struct payload_runs *p);
void payload_runs_done(struct payload_runs *p);

#endif
