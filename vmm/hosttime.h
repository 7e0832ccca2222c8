/* SPDX-License-Identifier: GPL-2.0-only */
/* How much of the host a process got, and how long it waited for it: /proc/PID/task/.../schedstat.
 */
#ifndef VMM_HOSTTIME_H
#define VMM_HOSTTIME_H

#include <sys/types.h>

#include "vmm/vmm.h"

/* Sums over the threads alive; `procfd` is the directory that stands for /proc. Both none where the
 * kernel does not say. */
void hosttime_read(int procfd, pid_t pid, struct vm_host_time *out);

#endif
