/* SPDX-License-Identifier: GPL-2.0-only */
/* Rows for tests of the comparison. */
#ifndef TESTS_UNIT_STATS_SAMPLE_H
#define TESTS_UNIT_STATS_SAMPLE_H

#include "stats/pair.h"

/* A row of a test that passed and has no metrics; row_done() frees it. */
struct row sample_row(const char *test, const char *kernel);
/* Replaces a dimension's value; NULL: unknown. */
void sample_dim(struct row *r, enum dim d, const char *value);
/* The rows as one side; the caller frees its v. */
struct rows sample_rows(const struct row *rows, size_t n);

#endif
