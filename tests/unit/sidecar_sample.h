/* SPDX-License-Identifier: GPL-2.0-only */
/* Records for tests of the store. */
#ifndef TESTS_UNIT_SIDECAR_SAMPLE_H
#define TESTS_UNIT_SIDECAR_SAMPLE_H

#include "sidecar/sidecar.h"

/* A record that passes sidecar_check(): two cgroups, everything required. json_done() frees it. */
void sample_sidecar(struct sidecar *s, const char *test, uint32_t repeat);
/* Every field of a record (and below) to a value that is not its none, each to another. */
void sample_fill(const struct json_table *t, void *rec);

#endif
