/* SPDX-License-Identifier: GPL-2.0-only */
#include <sys/mman.h>

#include "harness/agent/work/work.h"

enum {
	PARAM_SIZE_KIB,
	PARAM_TOUCHES,
	PARAM_COMPUTE
};

#define PAGE 4096

static void run(struct worker *w)
{
	size_t bytes = worker_param(w, PARAM_SIZE_KIB) << 10;
	/* Not in setup(): memory mapped before the start barrier is locked. */
	volatile uint8_t *m =
		mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (m == MAP_FAILED)
		return worker_give_up(w, "mmap");
	madvise((void *)m, bytes, MADV_NOHUGEPAGE);
	for (; !worker_stopped(w); w->slot->iterations++) {
		for (uint64_t i = 0; i < worker_param(w, PARAM_TOUCHES) && !worker_stopped(w);
		     i++) {
			worker_look(w);
			m[worker_random(w) % (bytes / PAGE) * PAGE]++;
		}
		madvise((void *)m, bytes, MADV_DONTNEED);
		worker_compute(w, worker_param(w, PARAM_COMPUTE));
	}
	munmap((void *)m, bytes);
}

const struct work_impl work_page_fault = {
	.run = run,
};
