/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a seed moves beside the workers' own random numbers: whatever a verdict must not depend on.
 * Each function has a stream of random numbers of its own, made from the job's seed. So a change to
 * one of them leaves the others as they are. docs/seeds.md lists them.
 */
#ifndef AGENT_CHANCE_H
#define AGENT_CHANCE_H

#include "harness/agent/agent.h"

/* Before the workers are made: processes that end at once move the pids of those that follow. */
void chance_pids(const struct job *job);
/* Likewise: pages in use until the guest ends move the memory of what follows. */
void chance_memory(const struct job *job);
/* The order in which the n workers of a batch are made: order[0] is the first. */
void chance_order(const struct job *job, uint32_t first, uint32_t *order, uint32_t n);
/* In a worker, before it waits at the start barrier: it goes to one of the CPUs it may use. */
void chance_cpu(const struct job *job, uint32_t worker);
/* In a worker: where its stack begins, in bytes. */
size_t chance_stack(const struct job *job, uint32_t worker);
/* Once all workers wait: moves the run against the tick, the kernel's timers and its threads. */
void chance_wait(const struct job *job);
/* What worker_jitter() starts from in a worker. */
uint64_t chance_jitter(const struct job *job, uint32_t worker);
/* In a worker that begins: at another moment than the others. */
void chance_phase(const struct job *job, uint32_t worker);

#endif
