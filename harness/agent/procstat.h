/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's own counters, read through a root directory. What a kernel does not show is none. */
#ifndef AGENT_PROCSTAT_H
#define AGENT_PROCSTAT_H

#include <sys/types.h>

#include "base/json.h"

/* Of sched_ext, below the root directory. */
#define SCX_DIR "sys/kernel/sched_ext"

/* /proc/PID/schedstat, /proc/PID/status, /proc/PID/sched (se.nr_migrations: CONFIG_SCHED_DEBUG or a
 * kernel that always has it; counted by set_task_cpu(), so also for tasks of sched_ext). */
struct task_stat {
	uint64_t cpu_ns, run_delay_ns, timeslices;
	uint64_t voluntary, involuntary;
	uint64_t migrations;
};
void task_stat_read(int root_fd, pid_t pid, struct task_stat *out);
/* The first of them alone. */
uint64_t task_cpu_ns(int root_fd, pid_t pid);
/* The letter of /proc/PID/stat: 'R' runs or waits for a CPU, 'S' sleeps; 0: not known. */
char task_state(int root_fd, pid_t pid);
/* after - before, none where either is none. */
void task_stat_sub(struct task_stat *after, const struct task_stat *before);

/* The whole machine: time that run queues ran something but idle (/proc/schedstat), switches, pages
 * of 4 KiB that moved (/proc/vmstat, pgmigrate_success: for whatever reason, compaction too). */
struct machine_stat {
	uint64_t run_ns, switches, pages_migrated;
};
void machine_stat_read(int root_fd, struct machine_stat *out);

/* What sched_ext counts of the scheduler that is attached: /sys/kernel/sched_ext/root/events
 * (6.15). */
struct sched_events {
	uint64_t enable_seq; /* goes up with each scheduler that is attached; none: nobody counts */
	struct json_f64map count;
};
void sched_events_read(int root_fd, struct sched_events *out);
void sched_events_done(struct sched_events *e);
/* after - before, into an empty map; nothing when it was not one scheduler all the time. */
void sched_events_sub(const struct sched_events *after, const struct sched_events *before,
                      struct json_f64map *out);

/* cpu.stat of a cgroup, by its path under root; only the fields of struct wire_cgroup. */
struct cgroup_stat {
	uint64_t usage_ns, user_ns, system_ns, nr_periods, nr_throttled, throttled_ns;
};
void cgroup_stat_read(int root_fd, const char *cgroup, struct cgroup_stat *out);

/* The CPU time of every task there is, to say who ran between two looks. */
struct task_times {
	struct task_time {
		pid_t pid;
		uint64_t cpu_ns;
		char comm[32];
	} * items;
	size_t n;
};
void task_times_read(int root_fd, struct task_times *out);
void task_times_done(struct task_times *t);
/* Appends "comm 1.2 ms" for each that ran longer than min_ns since `before`, but `self`. */
void task_times_busy(const struct task_times *before, const struct task_times *after, pid_t self,
                     uint64_t min_ns, struct strv *out);

uint64_t none_sub(uint64_t after, uint64_t before);

#endif
