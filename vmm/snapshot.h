/* SPDX-License-Identifier: GPL-2.0-only */
/* The files of a saved machine: "state"; "ram0" … one for each NUMA node; "idle", if its idle loop is
 * patched (idle.h). */
#ifndef VMM_SNAPSHOT_H
#define VMM_SNAPSHOT_H

#include "vmm/vmm.h"

#define SNAPSHOT_STATE "state"
#define SNAPSHOT_IDLE  "idle"

/* In QEMU's migration stream: sets the recorded address of the shared region to 0. The machine that
 * takes the stream has not placed its PCI regions yet and refuses any other. ERR_FORMAT if there
 * is no such region of that size, or more than one. */
int snapshot_patch_state(uint8_t *state, size_t n, uint64_t region_bytes, struct err *err)
	MUST_CHECK;
/* Writes the bytes of a memory file durably under a new name; pages of zeros become holes. */
int snapshot_write(int dirfd, const char *name, int from, struct err *err) MUST_CHECK;
/* Copies a file of memory over an empty one of the same size. */
int snapshot_copy(int from, int to, struct err *err) MUST_CHECK;
/* Notes down, in a file of its own, that the idle loop is patched. */
int snapshot_note_idle(int dirfd, uint32_t rounds, struct err *err) MUST_CHECK;
/* "ram0"; the caller frees. */
char *snapshot_memory_name(uint32_t node);

#endif
