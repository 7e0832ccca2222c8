/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Barriers between the agent and the workers of a batch, in shared memory (struct run_control). A
 * worker parks twice: first until `start` is 1, and at its end until `leave` is 1. All batches from
 * before the run share one `start`.
 *
 *	gate_park(&control, &word, n)		worker: sleeps until the word is 1
 *	gate_wait_full(&control, n, deadline)	agent: waits until all n workers have parked
 *	gate_clear(&control)			agent: counts from 0 again, before it opens `start`
 *	gate_open(&word)			agent: sets the word and wakes all who wait for it
 */
#ifndef AGENT_GATE_H
#define AGENT_GATE_H

#include "harness/agent/work/work.h"

void gate_park(struct run_control *c, uint32_t *word, uint32_t n);
/* All n workers have parked. */
bool gate_is_full(const struct run_control *c, uint32_t n);
/* False: the deadline passed. */
bool gate_wait_full(struct run_control *c, uint32_t n, uint64_t deadline);
void gate_clear(struct run_control *c);
void gate_open(uint32_t *word);

#endif
