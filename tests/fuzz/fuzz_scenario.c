/* SPDX-License-Identifier: GPL-2.0-only */
/* A user's scenario file is loaded and freed, or refused with a reason. */
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "harness/scenario/scenario.h"
#include "tests/fuzz/fuzz.h"

void fuzz_scenario(const uint8_t *data, size_t n)
{
	_cleanup_close_ int fd = memfd_create("scenario", MFD_CLOEXEC);
	_cleanup_scenario_ struct scenario *s = NULL;
	_cleanup_free_ char *path = xasprintf("/proc/self/fd/%d", fd);
	struct err err = ERR_INIT;

	FUZZ_MUST(fd >= 0 && write(fd, data, n) == (ssize_t)n, "memfd");
	if (scenario_load(path, &s, &err) < 0) {
		FUZZ_MUST(err.msg[0], "refused without a reason");
		return;
	}
	FUZZ_MUST(s->name && s->summary, "a required key that is not there");
}
