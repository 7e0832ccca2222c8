/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel slot of a run directory's name. */
#ifndef SIDECAR_KERNEL_SLOT_H
#define SIDECAR_KERNEL_SLOT_H

/* Version of the kernel in `dir`: `version` of its metadata.json, else (no such file, malformed,
 * null) the content of include/config/kernel.release, else NULL. Caller frees. */
char *kernel_slot_of(const char *dir);
/* The same of the directory $KTSTR_KERNEL names; NULL when it is unset or empty. Caller frees. */
char *kernel_slot_of_env(void);

#endif
