/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A scheduler's program: an executable that attaches the scheduler itself. It runs as root in a cgroup
 * of its own. Its output goes to a terminal device, so that the C library writes each line at once, and
 * is sent to the host as it comes.
 *
 *	sched_program_start(a, index, kmsg_fd, &p, &err)
 *	sched_program_wait(p, deadline)		until something happened
 *	sched_program_read(p, &facts)
 *	sched_program_stop(p, grace_ns)
 *	sched_program_free(p)			sends SCHED_PROGRAM
 */
#ifndef AGENT_SCHEDULER_EXEC_H
#define AGENT_SCHEDULER_EXEC_H

#include "harness/agent/agent.h"
#include "harness/agent/scheduler_verdict.h"

struct sched_program;

/* Starts the executable of the job's scheduler `index`. kmsg_fd is watched with it. */
int sched_program_start(struct agent *a, uint32_t index, int kmsg_fd, struct sched_program **out,
                        struct err *err) MUST_CHECK;
/* The machine was saved and has another job now: the program's scheduler is this one in it. Sends once
 * more what the program wrote before. */
void sched_program_take_job(struct sched_program *p, const struct job_sched *job);
/* Readable when the kernel logged something, or the program wrote something or ended. */
int sched_program_fd(const struct sched_program *p);
/* Sleeps until sched_program_fd() is readable or the deadline has passed. */
void sched_program_wait(const struct sched_program *p, uint64_t deadline);
/* Takes its output, so that it can go on writing. Never waits. */
void sched_program_pump(struct sched_program *p);
/* Also pumps. Fills in ended, status, others. */
void sched_program_read(struct sched_program *p, struct program_facts *facts);
/* The last line of its output that is not empty; NULL: none. Borrowed. */
const char *sched_program_last_line(const struct sched_program *p);
/* Of one that ended before it attached: its first complaint (program_complains()), else its last line. */
const char *sched_program_why_ended(const struct sched_program *p);
/* CPU time of its processes; U64_NONE: not known. */
uint64_t sched_program_cpu_ns(const struct sched_program *p);
/* Gives it grace_ns to end by itself. Then ends it as its user would: SIGINT, and after a while
 * SIGTERM, SIGKILL. */
void sched_program_stop(struct sched_program *p, uint64_t grace_ns);
/* Kills its processes, without giving it time. Call sched_program_stop() then. */
void sched_program_kill(struct sched_program *p);
/* Only after sched_program_stop(). */
void sched_program_free(struct sched_program *p);

#endif
