/* SPDX-License-Identifier: GPL-2.0-only */
/* What the verifier says about the programs of a scheduler: `harness load` measures it, a sidecar
 * records it, `harness verify` compares it. */
#ifndef HARNESS_FIGURES_H
#define HARNESS_FIGURES_H

#include <stddef.h>
#include <stdint.h>

#include "base/util.h"

/* X(enumerator, key, unit, factor, roll_up, doc): keys of JSON, of budget files and of the table. A
 * figure is counted in whole numbers; factor: how many of them are one unit. */
#define FIGURES(X)                                                                                 \
	X(FIG_INSNS, insns, NULL, 1, FIGURE_SUM, "instructions the verifier processed")            \
	X(FIG_STATES, states, NULL, 1, FIGURE_SUM, "states it kept, in all")                       \
	X(FIG_STACK, stack_bytes, "bytes", 1, FIGURE_MAX, "deepest stack frame")                   \
	X(FIG_TIME, time_ms, "ms", 1e6, FIGURE_SUM, "time it took")

enum figure {
#define X(e, key, unit, factor, roll_up, doc) e,
	FIGURES(X)
#undef X
	FIGURE_COUNT
};
/* How the figure of a scheduler follows from those of its programs. */
enum figure_roll_up {
	FIGURE_SUM,
	FIGURE_MAX,
};
struct figure_def {
	const char *key, *unit, *doc;
	double factor;
	enum figure_roll_up roll_up;
};
extern const struct figure_def figure_defs[FIGURE_COUNT];

struct prog_figures {
	char *name;
	uint64_t v[FIGURE_COUNT]; /* U64_NONE: not known */
};
struct figures {
	struct prog_figures *v; /* sorted by name; n 0: nothing is known */
	size_t n;
};

struct wire_sched;
void figures_of_guest(const struct wire_sched *s, struct figures *out);
struct sidecar;
/* The time only if the test's clock is virtual: else it depends on the host. */
void figures_of_sidecar(const struct sidecar *s, struct figures *out);
/* Of all programs; U64_NONE: not known. */
uint64_t figures_total(const struct figures *f, enum figure figure);
/* The program's, or NULL. */
const struct prog_figures *figures_find(const struct figures *f, const char *program);
void figures_done(struct figures *f);

#endif
