/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Programs that run beside the workers. Each has a cgroup of its own within the one it is for, so
 * that it and all it forks can be ended and its CPU time is known; what it prints is taken as it
 * comes.
 *
 *	payloads_init(&p, agent, &cgroups, &err)
 *	payloads_run(&p, index, begin_ns, &err)
 *	payloads_pump(&p)			whenever payloads_fd() is readable
 *	payloads_wait(&p, index, deadline, &err)
 *	payloads_stop(&p)			the run is over: those that live are ended
 *	payloads_send(&p)
 *	payloads_done(&p)
 */
#ifndef AGENT_PAYLOAD_H
#define AGENT_PAYLOAD_H

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

struct payloads {
	struct agent *a;
	struct cgroups *cgroups;
	int epoll_fd;
	struct payload_run *runs;
	size_t n;
	bool sched_gone; /* seen while waiting */
};

int payloads_init(struct payloads *p, struct agent *a, struct cgroups *cgroups, struct err *err)
	MUST_CHECK;
/* One that cannot be started at all says so on its own output and ends with status 127. */
int payloads_run(struct payloads *p, uint32_t index, uint64_t begin_ns, struct err *err) MUST_CHECK;
/* Until it has ended, or the scheduler has: an error only when the deadline passes. */
int payloads_wait(struct payloads *p, uint32_t index, uint64_t deadline, struct err *err)
	MUST_CHECK;
int payloads_kill(struct payloads *p, uint32_t index, struct err *err) MUST_CHECK;
/* Those in a cgroup that is about to be removed. */
void payloads_kill_in(struct payloads *p, uint32_t cgroup);
int payloads_fd(const struct payloads *p);
/* Takes what they printed and who ended; never waits. */
void payloads_pump(struct payloads *p);
void payloads_stop(struct payloads *p);
/* Sum over all runs; U64_NONE when one is not known. */
uint64_t payloads_cpu_ns(const struct payloads *p);
void payloads_send(struct payloads *p);
void payloads_done(struct payloads *p);

#endif
