/* SPDX-License-Identifier: GPL-2.0-only */
/* A scheduler as the user names it: KERNEL_SCHEDULER, a bundled one, the path of a .bpf.o, the path of
 * an executable, or "exec:PROGRAM ARGUMENT…". */
#ifndef HARNESS_SCHEDULER_SPEC_H
#define HARNESS_SCHEDULER_SPEC_H

#include "base/err.h"
#include "base/json.h"
#include "base/strv.h"

/* X(member, option): lists of what is set in an object. */
#define SCHEDULER_SETTINGS(X)                                                                      \
	X(set, "set")            /* "NAME=VALUE": variables */                                     \
	X(ops, "ops")            /* "FIELD=VALUE": of the sched_ext_ops */                         \
	X(maps, "map")           /* "NAME=ENTRIES" */                                              \
	X(resize, "resize")      /* "NAME=ELEMENTS": arrays */                                     \
	X(run_progs, "run-prog") /* programs run once before the attach */

/* What is set in an object before it is loaded, each as a person writes it (harness/object). */
struct scheduler_settings {
#define X(member, option) struct strv member;
	SCHEDULER_SETTINGS(X)
#undef X
	char *ops_map; /* which sched_ext_ops; NULL: the first */
};
/* Adds those of src, which win. */
void scheduler_settings_add(struct scheduler_settings *dst, const struct scheduler_settings *src);
void scheduler_settings_done(struct scheduler_settings *s);
bool scheduler_settings_any(const struct scheduler_settings *s);

/* X(enumerator, name): what runs in the guest. */
#define SCHEDULER_KINDS(X)                                                                         \
	X(SCHEDULER_KERNEL, "kernel")                                                              \
	X(SCHEDULER_OBJECT, "object")                                                              \
	X(SCHEDULER_EXECUTABLE, "executable")

enum scheduler_kind {
#define X(e, name) e,
	SCHEDULER_KINDS(X)
#undef X
};
extern const struct json_names scheduler_kind_names;

#define SCHEDULER_EXEC "exec:" /* begins a command line */

struct scheduler_spec {
	enum scheduler_kind kind;
	char *name;       /* the name of a bundled one, else the file name without .bpf.o */
	char *object;     /* path of the BPF object; NULL: another kind */
	struct strv argv; /* of an executable: its absolute path and its arguments */
	bool bundled;     /* found by its name */
	char *spec;       /* as given */
	char *sha256;     /* of the object or executable; NULL without one */
	char *commit;     /* of the repository that holds it; NULL: none */
	struct scheduler_settings settings;
	uint64_t
		attach_timeout_ns; /* of an executable: guest time until it has attached; 0: default */
};

/* Parses a time in which an executable attaches: 1 ms to an hour. */
int scheduler_parse_attach_timeout(const char *text, uint64_t *out, struct err *err) MUST_CHECK;

/* ERR_USAGE with a suggestion for an unknown name; ERR_FORMAT for a file that is neither a BPF object
 * nor an executable. */
int scheduler_spec_resolve(const char *spec, struct scheduler_spec *out, struct err *err)
	MUST_CHECK;
void scheduler_spec_done(struct scheduler_spec *s);

#endif
