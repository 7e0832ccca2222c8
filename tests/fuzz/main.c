/* SPDX-License-Identifier: GPL-2.0-only */
/* One program for libFuzzer. Its name ("fuzz_sidecar") selects the target. */
#include "tests/fuzz/fuzz.h"

static void (*entry)(const uint8_t *data, size_t n);

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc UNUSED, char ***argv)
{
	static const struct {
		const char *name;
		void (*run)(const uint8_t *data, size_t n);
	} targets[] = {
#define X(name) { "fuzz_" #name, fuzz_##name },
		FUZZ_TARGETS(X)
#undef X
	};

	for (size_t i = 0; i < ARRAY_SIZE(targets); i++)
		if (ends_with((*argv)[0], targets[i].name))
			entry = targets[i].run;
	FUZZ_MUST(entry, "%s: no such target", (*argv)[0]);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	entry(data, n);
	return 0;
}
