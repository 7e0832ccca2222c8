/* SPDX-License-Identifier: GPL-2.0-only */
/* Records for tests of the store. */
#ifndef TESTS_UNIT_SIDECAR_SAMPLE_H
#define TESTS_UNIT_SIDECAR_SAMPLE_H

#include "sidecar/sidecar.h"

/* A record that passes sidecar_check(), with two cgroups and all required fields. json_done() frees
 * it. */
void sample_sidecar(struct sidecar *s, const char *test, uint32_t repeat);
/* Sets every field of a record, nested ones too, to a value of its own that is not null. */
void sample_fill(const struct json_table *t, void *rec);

#endif
