/* SPDX-License-Identifier: GPL-2.0-only */
/* What several work types are made of. */
#ifndef AGENT_WORK_PARTS_H
#define AGENT_WORK_PARTS_H

#include <sched.h>

#include "harness/agent/work/work.h"

/* A group area: one futex word per member, a cache line apart. */
struct work_words {
	struct {
		uint32_t value;
		uint8_t pad[60];
	} word[WORK_GROUP_MAX];
};

static inline uint32_t *group_word(const struct work_group *g, uint32_t member)
{
	return &((struct work_words *)g->area)->word[member].value;
}

/* Stamps, changes the wakee's word and wakes it. */
void group_wake(const struct work_group *g, uint32_t member);
/* group_wake() of members 1…: what member 0 of a fan-out does in each round. */
void group_wake_all_paced(struct worker *w, uint64_t period_ns);
/* The others wait on a word of their own; wakes that came while they were busy are one. */
bool group_await(struct worker *w, uint32_t *seen);

/* The worker's memory: so many bytes, written to. */
void memory_setup(struct worker *w, size_t bytes);
/* `steps` read-modify-writes, `stride` bytes apart, round the worker's memory; *at: where. */
void memory_walk(struct worker *w, size_t bytes, size_t stride, size_t *at, uint64_t steps);

/* A file on tmpfs, and 16 writes of 4 KiB from its start. */
void file_setup(struct worker *w);
void file_write_pass(struct worker *w);

/* Pairs and their pipes: one byte to and fro; between receiving and sending, burst(w, state). The
 * first member serves; an iteration is one byte received. */
int pipe_pair_prepare(struct work_group *g, struct err *err);
void pipe_pair_release(struct work_group *g);
void pipe_pair_run(struct worker *w, void (*burst)(struct worker *w, void *state), void *state);

/* The CPUs the worker may use, and how many. */
int allowed_cpus(cpu_set_t *set);
/* The n-th CPU of a set. */
int nth_cpu(const cpu_set_t *set, unsigned int n);
/* The CPUs in a sysfs list, "0-3,8"; false: there is no such file. */
bool cpus_of_file(const char *path, cpu_set_t *set);

#endif
