/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where run directories are: under the runs root, and those that a command or a later invocation put
 * aside. A run directory is moved by one rename, so a move that is killed has happened or has not.
 */
#ifndef STATS_KEPT_H
#define STATS_KEPT_H

#include "stats/pool.h"

/* X(id, path below the runs root, word for a table) */
#define KEPT_PLACES(X)                                                                             \
	X(KEPT_ROOT, ".", "run")                                                                   \
	X(KEPT_HISTORY, ".history", "kept")                         /* {run}@{invocation} */       \
	X(KEPT_PRUNED_RUNS, ".history/pruned/runs", "pruned")       /* {run}@{invocation} */       \
	X(KEPT_PRUNED_HISTORY, ".history/pruned/history", "pruned") /* the same */

enum kept_place {
#define X(id, path, word) id,
	KEPT_PLACES(X)
#undef X
	KEPT_PLACE_COUNT
};
extern const char *const kept_words[KEPT_PLACE_COUNT];

/* Opens the runs root. ERR_NOT_FOUND if there is none. */
int kept_open_root(const char *root, struct err *err) MUST_CHECK;
/* Opens a place. It refuses symbolic links, which could lead out of the root. ERR_NOT_FOUND if it does
 * not exist and `make` does not have it made. */
int kept_open(int root_fd, enum kept_place place, bool make, struct err *err) MUST_CHECK;
/* The runs of several places, place by place. */
struct kept_runs {
	struct pool pool;
	size_t end[KEPT_PLACE_COUNT]; /* of the pool's runs */
};
/* Reads the runs of the places from `first` to `last`; none of a place that does not exist. Also after
 * a failure the caller does kept_runs_done(). */
int kept_load(int root_fd, enum kept_place first, enum kept_place last, struct kept_runs *out,
              struct err *err) MUST_CHECK;
void kept_runs_done(struct kept_runs *k);
#define _cleanup_kept_ CLEANUP(kept_runs_done)
enum kept_place kept_place_of(const struct kept_runs *k, size_t run);
/* The run that a directory of a place is of: the part before the last "@" unless the place is the root.
 * The caller frees. */
char *kept_run_of(enum kept_place place, const char *name);
/* ERR_USAGE unless it can be the name of a run. */
int kept_check_name(const char *name, struct err *err) MUST_CHECK;

struct kept_move {
	int root_fd;
	enum kept_place from, to;
	const char *name, *as;       /* as: its name in `to` */
	const struct pool_run *seen; /* the directory must still be as it was read; NULL: any */
};
/* Moves a run directory while no invocation can write to it. ERR_BUSY: an invocation uses it, or it has
 * changed. ERR_USAGE: `to` has a directory of that name. */
int kept_move(const struct kept_move *m, struct err *err) MUST_CHECK;

#endif
