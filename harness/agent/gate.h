/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Barriers between the agent and the workers of a batch, in shared memory (struct run_control). A
 * worker parks twice: until `start` is 1, and at its end until `leave` is 1. All batches from
 *before the run wait for one `start` in common.
 *
 *	gate_park(&control, &word, n)		worker: sleeps until the word is 1
 *	gate_wait_full(&control, n, deadline)	agent: until all n workers have parked
 *	gate_clear(&control)			agent: forgets who parked, before it opens `start`
 *	gate_open(&word)			agent: all who wait for the word go on
 */
#ifndef AGENT_GATE_H
#define AGENT_GATE_H

#include "harness/agent/work/work.h"

void gate_park(struct run_control *c, uint32_t *word, uint32_t n);
bool gate_is_full(const struct run_control *c, uint32_t n);
/* False: the deadline passed. */
bool gate_wait_full(struct run_control *c, uint32_t n, uint64_t deadline);
void gate_clear(struct run_control *c);
void gate_open(uint32_t *word);

#endif
