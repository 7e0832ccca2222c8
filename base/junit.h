/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Results as JUnit XML, which CI servers read. Only elements and attributes that all readers know are
 * used. The text is well-formed whatever bytes names and messages have: control characters, bytes
 * that are not UTF-8 and the characters that XML 1.0 lacks are shown as \xNN.
 */
#ifndef BASE_JUNIT_H
#define BASE_JUNIT_H

#include "base/strbuf.h"

enum junit_state {
	JUNIT_PASSED,
	JUNIT_FAILED,
	JUNIT_ERROR, /* there is no verdict */
	JUNIT_SKIPPED,
};

struct junit_case {
	char *name;
	enum junit_state state;
	double time_s; /* NaN: not known */
	char *type;    /* of a failure, an error or a skip: one word; or NULL */
	char *message; /* the same: one line; or NULL */
	char *text;    /* more lines; or NULL */
};

struct junit {
	const char *name; /* of the suite: "harness.test"; borrowed */
	struct junit_case *v;
	size_t n;
};

void junit_done(struct junit *j);
#define _cleanup_junit_ CLEANUP(junit_done)
/* Adds a case that passed, in unknown time. If the name is taken, "~2", "~3", … is added to it. Valid
 * until the next call. */
struct junit_case *junit_add(struct junit *j, const char *name);
/* Appends the document. */
void junit_text(const struct junit *j, struct strbuf *out);

#endif
