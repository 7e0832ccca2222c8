/* SPDX-License-Identifier: GPL-2.0-only */
/* How long a process ran on the host and how long it waited for a CPU:
 * /proc/PID/task/.../schedstat. */
#ifndef VMM_HOSTTIME_H
#define VMM_HOSTTIME_H

#include <sys/types.h>

#include "vmm/vmm.h"

/* Sums over the threads that are alive. `procfd` is the directory that stands for /proc. Both
 * values are U64_NONE where the kernel does not report them. */
void hosttime_read(int procfd, pid_t pid, struct vm_host_time *out);

#endif
