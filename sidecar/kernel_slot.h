/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel version in a run directory's name. */
#ifndef SIDECAR_KERNEL_SLOT_H
#define SIDECAR_KERNEL_SLOT_H

/* Version of the kernel in `dir`: `version` in its metadata.json. If that is missing, malformed or
 * null: the content of include/config/kernel.release, else NULL. Caller frees. */
char *kernel_slot_of(const char *dir);
/* The same for the directory in $KTSTR_KERNEL; NULL when it is unset or empty. Caller frees. */
char *kernel_slot_of_env(void);

#endif
