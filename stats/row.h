/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of a sidecar that filtering and comparing need. */
#ifndef STATS_ROW_H
#define STATS_ROW_H

#include "stats/dim.h"

#define HOST_NONE SIZE_MAX

/* A number that a payload of the test reported. */
struct row_payload {
	char *name; /* "pipe: latency.p99" */
	char *unit; /* NULL: none declared */
	enum metric_polarity polarity;
	size_t at; /* its place among the test's, as they were declared */
	double value;
};

struct row {
	char *dim[DIM_COUNT]; /* NULL: unknown */
	char *test, *flags;   /* flags: sorted, joined by "," */
	char *payload_names;  /* joined by "+", "" when there are none */
	enum outcome outcome;
	char *cause; /* NULL when passed */
	uint32_t repeat;
	uint64_t seed;
	uint64_t duration_ns;
	char *run_id, *timestamp;
	double v[METRIC_COUNT];      /* NaN: not measured */
	uint32_t over[METRIC_COUNT]; /* the cgroups that a worst value is of, as a hash of their
	                                names; 0: not a worst value */
	struct strv headlines;       /* as in the sidecar */
	double median[2]; /* of a benchmark: 95 % interval of its median, in its unit; else NaN */
	double host_wait_pct;        /* as in the sidecar; NaN: not measured, or virtual time */
	int8_t traced;               /* kernel events were; TRI_NONE: not known */
	char *accel;                 /* "kvm", "tcg", "native"; NULL: no VM */
	double host_load;            /* load average over 1 minute; NaN: not known */
	struct row_payload *payload; /* by name */
	size_t n_payload;
	size_t host; /* index into the pool's hosts, or HOST_NONE */
	size_t run;  /* index into the pool's runs */
	char *file;  /* below the runs root */
};

/* Fills the row. Moves texts out of the sidecar and does not copy them; the sidecar stays valid. */
void row_take(struct row *r, struct sidecar *s);
void row_done(struct row *r);
/* Passed or failed: the run's figures count. */
bool row_is_measured(const struct row *r);
bool row_is_virtual(const struct row *r);
/* Has figures of `harness bench`. */
bool row_is_benchmark(const struct row *r);
/* "kvm", "tcg"; "native": no VM. */
const char *row_machine(const struct row *r);
/* Of a metric of the registry, in its own unit, or of a payload ("pipe: p99"), in `unit`. NaN: not measured,
 * or its unit does not convert. */
double row_value(const struct row *r, const char *name, const char *unit);
/* NULL when the row has no value of this name. */
const struct row_payload *row_payload_find(const struct row *r, const char *name);
/* Whether -E wants the row (base/pick.h). The text that is searched has all that the column TEST may
 * show. NULL: every row. */
bool row_is_picked(const struct row *r, const struct strv *patterns);
/* The dimension's value for people: "unknown" for NULL. */
const char *row_dim_text(const struct row *r, enum dim d);

#endif
