/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Makes idle CPUs of a saved machine cheap. Under idle=poll an idle CPU executes PAUSE in a loop of a
 * few instructions, and each PAUSE makes QEMU hand the turn to the next vCPU: 4.6 s of CPU time for
 * an idle second of 4 vCPUs. The patched loop counts down before each PAUSE: 0.5 s.
 */
#ifndef VMM_IDLE_H
#define VMM_IDLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IDLE_ROUNDS 64 /* of the count, two instructions each */

/* Patches the loop of cpu_idle_poll() in the guest's memory. False, and nothing is changed, unless
 * there is exactly one place with the very instructions that are known (idle.c), behind unused
 * padding. */
bool idle_patch(uint8_t *memory, size_t n);

#endif
