/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Kernel sources to build from: a tree of the user's, or one that was unpacked to
 * $XDG_CACHE_HOME/ktstr/sources and stays there.
 */
#ifndef KERNEL_SOURCE_TREE_H
#define KERNEL_SOURCE_TREE_H

#include "harness/kernel/kernel.h"

#define KERNEL_MIRROR_DEFAULT "https://cdn.kernel.org/pub/linux/kernel"

struct source_tree {
	char *dir;
	char *contents; /* equal for equal contents; NULL: they may change at any time */
	char *commit;   /* of a git tree: 7 digits, perhaps "-dirty"; or NULL */
	char *origin;   /* where it comes from, for messages and metadata */
	char *package, *package_version, *suite; /* of a Debian package; or NULL */
	bool unpacked;                           /* by this program, in the cache */
};

/* Finds the tree; downloads and unpacks it if necessary. */
int source_tree_open(const struct kernel_build_opts *o, struct source_tree *out, struct err *err)
	MUST_CHECK;
void source_tree_done(struct source_tree *t);
/* Whether a folder holds a kernel's source. */
bool source_tree_is(const char *dir);
/* Where the mirror has the source of a version: "MIRROR/v6.x/linux-6.14.tar.xz". Caller frees. */
char *source_mirror_url(const char *mirror, const char *version);
/* The mirror in use, borrowed. */
const char *source_mirror(void);

#endif
