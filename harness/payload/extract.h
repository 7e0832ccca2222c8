/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of extract.c: one finder per source. A finder adds the numbers it finds. */
#ifndef PAYLOAD_EXTRACT_H
#define PAYLOAD_EXTRACT_H

#include "harness/payload/payload.h"

#define FOUND_MAX 65536 /* numbers of one metric */

/* The numbers found, by the suffix that is added to the metric's name; NULL: no suffix. */
struct found {
	struct found_one {
		char *suffix;
		double *values;
		size_t n;
	} * v;
	size_t n, total;
};
/* A value that is not finite is left out. */
void found_add(struct found *f, const char *suffix, double value);
void found_done(struct found *f);

/* The number at the start of the text; NaN: none. */
double number_in(const char *s, size_t n);

/* The first JSON object or array anywhere in a text, or NULL. */
struct json_object *first_json(const char *text);
void find_json(const char *path, struct json_object *doc, struct found *out);
void find_regex(const char *pattern, const char *text, struct found *out);
/* Checks that the pattern compiles and has a group. */
int regex_check(const char *pattern, struct err *err) MUST_CHECK;

#endif
