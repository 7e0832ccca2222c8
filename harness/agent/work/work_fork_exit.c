/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/agent/work/work.h"

enum {
	PARAM_COMPUTE
};

static void run(struct worker *w)
{
	for (; !worker_stopped(w); w->slot->iterations++) {
		pid_t pid = fork();

		if (pid < 0)
			return worker_give_up(w, "fork");
		if (pid == 0) {
			worker_compute(w, worker_param(w, PARAM_COMPUTE));
			_exit(0);
		}
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
}

const struct work_impl work_fork_exit = {
	.run = run,
};
