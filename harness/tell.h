/* SPDX-License-Identifier: GPL-2.0-only */
/* Prints what `harness test` has to say: how many tests, repeats and which clock; one line per test
 * with details unless it passed; a summary. Or one JSON document. */
#ifndef HARNESS_TELL_H
#define HARNESS_TELL_H

#include "harness/alike.h"
#include "harness/runner.h"
#include "harness/series.h"
#include "harness/suite_counts.h"

void tell_head(const struct plan *plan, const char *clock_reason);
void tell_result(const struct test *t, const struct run_result *r);
/* A test with several repeats. */
void tell_series(const struct series *s);
void tell_summary(const struct suite_counts *c, const struct alike *alike, uint64_t start_ns,
                  const struct suite_dir *dirs, size_t n_dirs);
/* What the user should know of a run directory before its first write: earlier results that it removes. */
void tell_replaced(const struct rundir *rd);
/* A test's entry of the JSON document; the caller owns it. */
struct json_object *tell_json(const struct run_result *r);
/* Prints {"tests": …, "summary": …, "results": …}. Takes over the array of tests. */
void tell_json_summary(struct json_object *tests, const struct suite_counts *c, uint64_t start_ns,
                       const struct suite_dir *dirs, size_t n_dirs);
/* Updates the progress line, if stderr is a terminal. The time left is what the rest takes if it goes on
 * as before. */
void tell_progress(size_t done, size_t running, size_t left, uint64_t start_ns);

#endif
