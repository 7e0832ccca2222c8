/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of extract.c: one finder per source. A finder adds the numbers it finds. */
#ifndef PAYLOAD_EXTRACT_H
#define PAYLOAD_EXTRACT_H

#include "harness/payload/number.h"
#include "harness/payload/payload.h"

#define FOUND_MAX 65536 /* numbers of one metric */

/* What was found, by the suffix that is added to the metric's name; NULL: no suffix. */
struct found {
	const char *unit; /* that the metric is in; NULL: that of the output */
	struct found_one {
		char *suffix;
		struct found_value {
			double value;
			char *why; /* it was refused; NULL: it is a number */
		} * values;
		size_t n;
		struct number
			first; /* with a unit, or without: all are like it if `unit` is NULL */
	} * v;
	size_t n, total;
	char *why; /* not all that is there was found, or nothing; NULL: no more is known */
};
/* Reads the number of text[…] and adds it, or why it is refused. If none stands there, adds nothing. */
void found_read(struct found *f, const char *suffix, const char *text,
                const struct number_span *at);
/* A value that is not finite is left out. */
void found_add(struct found *f, const char *suffix, const struct number *number);
void found_done(struct found *f);

/* The first JSON object, or array of objects, anywhere in a text; or NULL, and why. Of a key that is there
 * twice, the last counts. */
struct json_object *first_json(const char *text, const char **why);
void find_json(const char *path, struct json_object *doc, struct found *out);
void find_regex(const char *pattern, const char *text, struct found *out);
/* Checks that the pattern compiles and has a group. */
int regex_check(const char *pattern, struct err *err) MUST_CHECK;

#endif
