/* SPDX-License-Identifier: GPL-2.0-only */
#include "vmm/hosttime.h"

#include <inttypes.h>

#include "base/fs.h"
#include "base/mem.h"

void hosttime_read(int procfd, pid_t pid, struct vm_host_time *out)
{
	_cleanup_free_ char *tasks = xasprintf("%d/task", (int)pid);
	_cleanup_strv_ struct strv tids = STRV_INIT;
	struct vm_host_time sum = { 0 };
	struct err ignored = ERR_INIT;
	size_t read = 0;

	*out = (struct vm_host_time){ .run_ns = U64_NONE, .wait_ns = U64_NONE };
	if (fs_list(procfd, tasks, &tids, &ignored) < 0)
		return;
	strv_each (&tids, i) {
		_cleanup_free_ char *path = xasprintf("%s/%s/schedstat", tasks, tids.v[i]);
		_cleanup_free_ char *line = fs_read_line(procfd, path);
		uint64_t run, wait;

		if (!line || sscanf(line, "%" SCNu64 " %" SCNu64, &run, &wait) != 2)
			continue; /* the thread has just ended */
		sum.run_ns += run;
		sum.wait_ns += wait;
		read++;
	}
	if (read)
		*out = sum;
}
