/* SPDX-License-Identifier: GPL-2.0-only */
/* One thing that is compared: a metric of the test or of a payload, with its value in each run. */
#ifndef STATS_FIGURE_H
#define STATS_FIGURE_H

#include "stats/runset.h"
#include "stats/verdict.h"

#define FIGURE_PAYLOAD METRIC_COUNT

struct figure {
	struct metric_def def; /* as it is compared: a total may have become a rate. Its texts are
	                          the registry's or a row's */
	int metric;            /* enum metric, or FIGURE_PAYLOAD */
	bool as_rate;          /* a total ÷ the run's length, as not all runs are equally long */
	double *v[SIDES];      /* owned */
	size_t n[SIDES];
	enum why why; /* not WHY_FIGURES: this cannot be compared */
};

/* Nothing measured on either side gives n 0 and 0. The caller does figure_done(). */
void figure_of_metric(const struct runset *runs, enum metric m, struct figure *out);
/* `name` as in struct row_payload. Values are in the unit that the first run on A has. */
void figure_of_payload(const struct runset *runs, const char *name, struct figure *out);
/* Of the metric of the registry that has this name, else of the payload's. */
void figure_named(const struct runset *runs, const char *name, struct figure *out);
void figure_done(struct figure *f);
bool figure_is_measured(const struct figure *f);
/* Half of a side's runs at least have the value. */
bool figure_is_usual(const struct figure *f, const struct runset *runs, int side);

/* "p99 on A in us, on B in bytes": what figure_of_payload() refused, for a person. Caller frees. */
char *figure_mismatch(const struct figure *f, const struct runset *runs);

#endif
