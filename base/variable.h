/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The environment variables that the programs read: the one list. docs/environment.md and the manual
 * pages are made from it. Nothing else calls getenv() (util.h forbids it).
 */
#ifndef BASE_VARIABLE_H
#define BASE_VARIABLE_H

#include "base/strbuf.h"

/* X(id, name, default, doc): markdown, one sentence or two. */
#define VARIABLES(X)                                                                               \
	X(VAR_KTSTR_TARGET_DIR, "KTSTR_TARGET_DIR", "`$CARGO_TARGET_DIR`",                         \
	  "folder that has the runs root, `ktstr/`")                                               \
	X(VAR_CARGO_TARGET_DIR, "CARGO_TARGET_DIR", "`target`",                                    \
	  "the same, for projects that Cargo builds")                                              \
	X(VAR_KTSTR_SIDECAR_DIR, "KTSTR_SIDECAR_DIR", "a directory under the runs root",           \
	  "directory that sidecars are written to, without a key, a lock or clearing; bare "       \
	  "`stats` reads it")                                                                      \
	X(VAR_KTSTR_RUN_ID, "KTSTR_RUN_ID", "a new one",                                           \
	  "id of the invocation: processes that share it (jobs, shards) keep each other's "        \
	  "results")                                                                               \
	X(VAR_KTSTR_HISTORY, "KTSTR_HISTORY", "earlier results are removed",                       \
	  "`keep` moves them to `.history`, as `--keep` does")                                     \
	X(VAR_KTSTR_CI, "KTSTR_CI", "`local`", "if set, the run source of sidecars is `ci`")       \
	X(VAR_KTSTR_KERNEL, "KTSTR_KERNEL", "none",                                                \
	  "directory of a kernel, which `harness test` runs on where no `--kernel` is given; "     \
	  "results have the version found there; in its repository `stats` looks up "              \
	  "`--kernel-commit HEAD`, tags and ranges")                                               \
	X(VAR_KTSTR_KERNEL_MIRROR, "KTSTR_KERNEL_MIRROR",                                          \
	  "`https://cdn.kernel.org/pub/linux/kernel`",                                             \
	  "address that source tarballs come from: that of version 6.14 is "                       \
	  "`v6.x/linux-6.14.tar.xz` there")                                                        \
	X(VAR_KTSTR_IMAGES_MAX, "KTSTR_IMAGES_MAX", "4G",                                          \
	  "how much disk the saved machines may use, as `512M`, `8G`")                             \
	X(VAR_KTSTR_QEMU, "KTSTR_QEMU", "what `make deps` found or unpacked, else that on `PATH`", \
	  "path of QEMU, or of a .conf file that `make deps` wrote")                               \
	X(VAR_KTSTR_LIB, "KTSTR_LIB", "`../lib/ktstr` or `../lib` beside the program",             \
	  "folder of the agent, the schedulers and the scenarios")                                 \
	X(VAR_XDG_CACHE_HOME, "XDG_CACHE_HOME", "`~/.cache`",                                      \
	  "folder of `ktstr/`: kernels and saved machines")                                        \
	X(VAR_HOME, "HOME", "none", "`~`; no suite file is looked for above it")                   \
	X(VAR_PATH, "PATH", "`/usr/bin:/bin`", "where programs are looked for")                    \
	X(VAR_TMPDIR, "TMPDIR", "`/tmp`", "folder of temporary trees")                             \
	X(VAR_GITHUB_ACTIONS, "GITHUB_ACTIONS", "no annotations",                                  \
	  "if set, `harness test` writes annotations on stderr ([ci.md](ci.md))")                  \
	X(VAR_NO_COLOR, "NO_COLOR", "colours on a terminal", "if set, no colours; `--color` wins") \
	X(VAR_TERM, "TERM", "none", "`dumb`: no colours; `harness shell` passes it on")            \
	X(VAR_COLUMNS, "COLUMNS", "the terminal's", "width of tables on a terminal; 0: unlimited") \
	X(VAR_UPDATE_GOLDEN, "UPDATE_GOLDEN", "pages are compared",                                \
	  "if set, `make unit` writes the generated pages and blocks of docs/")

enum variable {
#define X(id, name, def, doc) id,
	VARIABLES(X)
#undef X
	VARIABLE_COUNT
};

/* NULL when it is unset or empty. Borrowed; do not keep it beyond variable_set(). */
const char *variable_get(enum variable v);
/* For this process and its children. Not while other threads use the environment. */
void variable_set(enum variable v, const char *value);
const char *variable_name(enum variable v);
const char *variable_doc(enum variable v);
const char *variable_default(enum variable v);
/* The table in markdown. */
void variable_page(struct strbuf *out);

#endif
