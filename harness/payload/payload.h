/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Programs as workload, the host's side: the files of this machine that a program needs to run in a
 * guest, and the numbers in its output. The facade of this folder. It knows nothing of scenarios.
 */
#ifndef PAYLOAD_H
#define PAYLOAD_H

#include "base/err.h"
#include "base/json.h"
#include "base/strv.h"

/* X(enumerator, name, doc): where in the output a metric is found. */
#define PAYLOAD_SOURCES(X)                                                                         \
	X(PAYLOAD_JSON, "json",                                                                    \
	  "the dotted path of a number in the first JSON document; `*` is any key or index. A "    \
	  "path to an object or array gives each number below it, as NAME.PATH. Of a key that is " \
	  "there twice, the last counts")                                                          \
	X(PAYLOAD_REGEX, "regex",                                                                  \
	  "a Perl-compatible regular expression; `^` and `$` match at each line. It gives its "    \
	  "first group, or each named group as NAME.GROUP")                                        \
	X(PAYLOAD_KV, "kv", "a key: the number after `KEY=` or `KEY:`, with its unit")

enum payload_source {
#define X(e, name, doc) e,
	PAYLOAD_SOURCES(X)
#undef X
	PAYLOAD_SOURCE_COUNT
};
extern const struct json_names payload_source_names;

/* X(enumerator, name, doc): which value to take when a metric occurs more than once. */
#define PAYLOAD_PICKS(X)                                                                           \
	X(PICK_LAST, "last", "the last value")                                                     \
	X(PICK_FIRST, "first", "the first value")                                                  \
	X(PICK_MIN, "min", "the smallest")                                                         \
	X(PICK_MAX, "max", "the largest")                                                          \
	X(PICK_SUM, "sum", "their sum")                                                            \
	X(PICK_MEAN, "mean", "their mean")                                                         \
	X(PICK_P50, "p50", "their median")                                                         \
	X(PICK_P99, "p99", "their 99th percentile")

enum payload_pick {
#define X(e, name, doc) e,
	PAYLOAD_PICKS(X)
#undef X
	PAYLOAD_PICK_COUNT
};
extern const struct json_names payload_pick_names;

/* Which direction is better. The names are those used in the sidecar. */
#define PAYLOAD_POLARITIES(X)                                                                      \
	X(POLARITY_NONE, "none")                                                                   \
	X(POLARITY_LOWER, "lower")                                                                 \
	X(POLARITY_HIGHER, "higher")

enum payload_polarity {
#define X(e, name) e,
	PAYLOAD_POLARITIES(X)
#undef X
	PAYLOAD_POLARITY_COUNT
};
extern const struct json_names payload_polarity_names;

/* How to find one metric or a family of metrics. Strings are borrowed. */
struct payload_metric {
	const char *name, *path, *unit; /* unit: NULL: none */
	enum payload_source from;
	enum payload_pick pick;
	enum payload_polarity better;
	double min, max; /* the test fails outside these; NaN: no bound */
	const char *doc; /* for presets; else NULL */
};

/* Checks a metric: a regular expression must compile and have a group; a path must not be empty.
 * The message is about the path. */
int payload_metric_check(const struct payload_metric *m, struct err *err) MUST_CHECK;

struct payload_values {
	struct payload_value {
		char *name;
		const struct payload_metric *def;
		double value; /* NaN: not measured */
		char *why;    /* … because; NULL: it was measured */
	} * v;
	size_t n;
};
#define PAYLOAD_VALUES_MAX 512 /* of one output; more are left out */

/* Finds every metric in the text. Each occurs in *out at least once, in the given order. The text
 * may be anything, however large or strange. cut: a part of the output is not in it. Values are in the
 * metric's unit; without one, as printed. */
void payload_extract(const struct payload_metric *metrics, size_t n, const char *text, bool cut,
                     struct payload_values *out);
void payload_values_done(struct payload_values *v);

/* The metrics of a well-known program. */
struct payload_preset {
	const char *name, *use; /* "cyclictest", and how to run it */
	const struct payload_metric *metrics;
	size_t n;
};
extern const struct payload_preset payload_presets[];
extern const size_t payload_presets_n;
const struct payload_preset *payload_preset_find(const char *name);
/* The blocks of docs/payloads.md. */
void payload_doc_sources(struct strbuf *out);
void payload_doc_picks(struct strbuf *out);
void payload_doc_presets(struct strbuf *out);

/* Adds an executable, script or library and all files it needs to `files`: absolute paths on this
 * machine and in the guest, each once. Files are found as ld.so would find them; the program is
 * never run. Reads below root_fd. `libraries`: the program's LD_LIBRARY_PATH, or NULL. Files that
 * the program opens by name later are not found; the user must name them. */
int payload_closure(int root_fd, const char *path, const char *libraries, struct strv *files,
                    struct err *err) MUST_CHECK;

#endif
