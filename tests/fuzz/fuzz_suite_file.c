/* SPDX-License-Identifier: GPL-2.0-only */
/* A suite file is loaded and freed, or refused with a reason. */
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "harness/suite_file.h"
#include "tests/fuzz/fuzz.h"

static void check_scheduler(const struct suite_scheduler *s)
{
	FUZZ_MUST(s->name && s->name[0], "a scheduler without a name");
	FUZZ_MUST(s->chosen.n > 0, "no set of flags");
	for (size_t i = 0; i < s->chosen.n; i++) {
		bool valid = false;

		for (size_t k = 0; k < s->all.n; k++)
			valid |= s->all.v[k] == s->chosen.v[i];
		FUZZ_MUST(valid, "set %#x is not valid", s->chosen.v[i]);
	}
}

void fuzz_suite_file(const uint8_t *data, size_t n)
{
	_cleanup_close_ int fd = memfd_create("suite", MFD_CLOEXEC);
	_cleanup_free_ char *path = xasprintf("/proc/self/fd/%d", fd);
	struct err err = ERR_INIT;
	struct suite_file *s;

	FUZZ_MUST(fd >= 0 && write(fd, data, n) == (ssize_t)n, "memfd");
	if (suite_file_load(path, &s, &err) < 0) {
		FUZZ_MUST(err.msg[0], "refused without a reason");
		return;
	}
	for (uint32_t i = 0; i < s->schedulers_count; i++)
		check_scheduler(&s->schedulers[i]);
	suite_file_free(&s);
}
