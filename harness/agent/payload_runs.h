/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Programs that run beside the workers. Each has a cgroup of its own within the one it is for, so
 * that it and all it forks can be ended and its CPU time is known; what it prints is taken as it
 * comes.
 *
 *	payload_runs_init(&p, agent, &cgroups, &err)
 *	payload_runs_start(&p, index, begin_ns, &err)
 *	payload_runs_pump(&p)			whenever payload_runs_fd() is readable
 *	payload_runs_wait(&p, index, deadline, &err)
 *	payload_runs_stop(&p)			the run is over: those that live are ended
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
	uint32_t in;      /* index of the cgroup; none: the root */
	char *cgroup;     /* path of its own below root_fd */
	pid_t pid;        /* 0: reaped */
	int pidfd, out_fd;
	bool killed;                         /* by us */
	int status;                          /* as of waitpid() */
	uint64_t begin_ns, start_ns, end_ns; /* of the whole run; its own */
	uint64_t cpu_ns;
	struct output output;
};

struct payload_runs {
	struct agent *a;
	struct cgroups *cgroups;
	int epoll_fd;
	struct payload_run *runs;
	size_t n;
	bool scheduler_gone; /* seen while waiting */
};

int payload_runs_init(struct payload_runs *p, struct agent *a, struct cgroups *cgroups,
                      struct err *err) MUST_CHECK;
/* One that cannot be started at all says so on its own output and ends with status 127. */
int payload_runs_start(struct payload_runs *p, uint32_t index, uint64_t begin_ns, struct err *err)
	MUST_CHECK;
/* Until it has ended, or the scheduler has: an error only when the deadline passes. */
int payload_runs_wait(struct payload_runs *p, uint32_t index, uint64_t deadline, struct err *err)
	MUST_CHECK;
int payload_runs_kill(struct payload_runs *p, uint32_t index, struct err *err) MUST_CHECK;
/* Those in a cgroup that is about to be removed. */
void payload_runs_kill_in(struct payload_runs *p, uint32_t cgroup);
int payload_runs_fd(const struct payload_runs *p);
/* Takes what they printed and who ended; never waits. */
void payload_runs_pump(struct payload_runs *p);
void payload_runs_stop(struct payload_runs *p);
/* Sum over all runs; U64_NONE when one is not known. */
uint64_t payload_runs_cpu_ns(const struct payload_runs *p);
void payload_runs_send(struct payload_runs *p);
void payload_runs_done(struct payload_runs *p);

#endif
