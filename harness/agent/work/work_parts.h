/* SPDX-License-Identifier: GPL-2.0-only */
/* Parts that several work types share. */
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

/* Leaves a wake stamp for a member, changes its word and wakes it. */
void group_wake(const struct work_group *g, uint32_t member);
/* The loop of member 0 of a fan-out: each round it wakes all other members with group_wake(). */
void group_wake_all_paced(struct worker *w, uint64_t period_ns);
/* Waits for a change of the member's word. Wake-ups that came while it was busy count as one.
 * False: stopped. */
bool group_await(struct worker *w, uint32_t *seen);

/* Allocates the worker's memory and writes to all of it. */
void memory_setup(struct worker *w, size_t bytes);
/* Does `steps` read-modify-writes, `stride` bytes apart, round and round the worker's memory. *at
 * is the position. */
void memory_walk(struct worker *w, size_t bytes, size_t stride, size_t *at, uint64_t steps);

/* A file in memory. A pass is 16 writes of 4 KiB from its start. */
void file_setup(struct worker *w);
void file_write_pass(struct worker *w);

/* Pairs pass one byte to and fro through two pipes. Between receiving and sending they call
 * burst(w, state). The first member sends first. An iteration is one byte received. */
int pipe_pair_prepare(struct work_group *g, struct err *err);
void pipe_pair_release(struct work_group *g);
void pipe_pair_run(struct worker *w, void (*burst)(struct worker *w, void *state), void *state);

/* Gets the CPUs the worker may use. Returns how many. */
int allowed_cpus(cpu_set_t *set);
/* The n-th CPU of a set, from 0; -1: it has fewer. */
int nth_cpu(const cpu_set_t *set, unsigned int n);
/* Reads a sysfs list, "0-3,8". False: no such file, or not a list. */
bool cpus_of_file(const char *path, cpu_set_t *set);

#endif
