/* SPDX-License-Identifier: GPL-2.0-only */
/* A scheduler as the user names it: KERNEL_SCHEDULER, a bundled one, or the path of a .bpf.o. */
#ifndef HARNESS_SCHEDULER_SPEC_H
#define HARNESS_SCHEDULER_SPEC_H

#include "base/err.h"
#include "base/strv.h"

/* What is set in an object before it is loaded, each as a person writes it (harness/object). */
struct scheduler_settings {
	struct strv set;       /* "NAME=VALUE": variables */
	struct strv ops;       /* "FIELD=VALUE": of the sched_ext_ops */
	struct strv maps;      /* "NAME=ENTRIES" */
	struct strv resize;    /* "NAME=ELEMENTS": arrays */
	struct strv run_progs; /* programs run once before the attach */
	char *ops_map;         /* which sched_ext_ops; NULL: the first */
};
/* Adds those of src, which win. */
void scheduler_settings_add(struct scheduler_settings *dst, const struct scheduler_settings *src);
void scheduler_settings_done(struct scheduler_settings *s);
bool scheduler_settings_any(const struct scheduler_settings *s);

struct scheduler_spec {
	char *name;   /* the name of a bundled one, else the object's file name without .bpf.o */
	char *object; /* path; NULL: the kernel's own */
	char *spec;   /* as given */
	char *sha256; /* of the object; NULL without one */
	char *commit; /* of the repository that holds the object; NULL: none */
	struct scheduler_settings settings;
};

/* ERR_USAGE with a suggestion for an unknown name; ERR_FORMAT for a file that is not a BPF object.
 */
int scheduler_spec_resolve(const char *spec, struct scheduler_spec *out, struct err *err)
	MUST_CHECK;
void scheduler_spec_done(struct scheduler_spec *s);

#endif
