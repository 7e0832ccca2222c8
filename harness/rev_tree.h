/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A revision of the user's repository, checked out in a scratch folder (scratch.h), and what is built
 * there. Nothing of the user's tree or repository is written: the checkout is a clone that borrows
 * the repository's objects.
 *
 *	rev_tree_open("build/mine.bpf.o", "v1.2", &t, &err);
 *	rev_tree_build(&t, ".", "make -s", &err);
 *	rev_tree_path(&t, "build/mine.bpf.o", &path, &err);	the file as it was then
 *	rev_tree_done(&t);
 */
#ifndef HARNESS_REV_TREE_H
#define HARNESS_REV_TREE_H

#include "base/strv.h"
#include "harness/scratch.h"

struct rev_tree {
	struct scratch scratch;
	char *top;         /* of the user's tree */
	char *tree;        /* of the checkout */
	char *commit;      /* 7 hex digits */
	struct strv built; /* "folder\ncommand" that have run */
};
#define REV_TREE_NONE                                                                              \
	{                                                                                          \
		.scratch = SCRATCH_NONE                                                            \
	}

/* within: a path in the repository, existing or not. ERR_NOT_FOUND: no repository, or no such
 * revision. Call it before any thread starts. */
int rev_tree_open(const char *within, const char *rev, struct rev_tree *out, struct err *err)
	MUST_CHECK;
/* Runs a command (words, as a shell splits them) in the checkout's copy of the folder `dir`, once for
 * each pair. ERR_CHILD with the last line of its output if it fails. */
int rev_tree_build(struct rev_tree *t, const char *dir, const char *command, struct err *err)
	MUST_CHECK;
/* The checkout's copy of a path of the user's tree; ERR_NOT_FOUND if it is not there. The caller
 * frees. */
int rev_tree_path(const struct rev_tree *t, const char *path, char **out, struct err *err)
	MUST_CHECK;
void rev_tree_done(struct rev_tree *t);

#endif
