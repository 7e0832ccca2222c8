/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fuzz targets: each reader of foreign input must survive any bytes. A target is one line here and
 * fuzz_NAME.c with its entry. `make fuzz` drives it with libFuzzer; the unit test test_corpus.c
 * drives it with each file of corpus/NAME/. An entry returns when its reader kept its promises,
 * else it aborts.
 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include "base/util.h"

#define FUZZ_TARGETS(X)                                                                            \
	X(sidecar)                                                                                 \
	X(policy)                                                                                  \
	X(ring)                                                                                    \
	X(scenario)                                                                                \
	X(suite_file)                                                                              \
	X(payload)                                                                                 \
	X(number)

#define X(name) void fuzz_##name(const uint8_t *data, size_t n);
FUZZ_TARGETS(X)
#undef X

#define FUZZ_MUST(cond_, ...)                                                                      \
	do {                                                                                       \
		if (!(cond_)) {                                                                    \
			fprintf(stderr, "%s:%d: %s: ", __FILE__, __LINE__, #cond_);                \
			fprintf(stderr, __VA_ARGS__);                                              \
			fputc('\n', stderr);                                                       \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

#endif
