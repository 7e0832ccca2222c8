/* SPDX-License-Identifier: GPL-2.0-only */
/* Which figures of a test are judged, and which only explain. */
#ifndef STATS_HEADLINE_H
#define STATS_HEADLINE_H

#include "stats/figure.h"

#define PAYLOAD_HEADLINES 3

/* The test's headlines: the `wanted` metrics if there are any; else those that the sidecars name;
 * else for each question of the registry the first metric that the test measures, and of the
 * metrics of payloads for which more or less is better the first PAYLOAD_HEADLINES that any run has
 * measured. The caller frees *out and does figure_done() to each. */
size_t headline_figures(const struct runset *runs, const bool wanted[METRIC_COUNT],
                        struct figure **out);
/* All figures that a side measured and whose names are not in `taken`. Adds their names to it. */
size_t detail_figures(const struct runset *runs, struct index *taken, struct figure **out);

#endif
