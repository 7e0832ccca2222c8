/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel store, $XDG_CACHE_HOME/ktstr/kernels/<name>/ with vmlinuz, vmlinux (the ELF inside
 * it), config and metadata.json: facade of this folder. <name> is the release
 * ("6.17.13+deb13-cloud-amd64") for a distribution's kernel, release~hash for one that was added,
 * so that two builds of one release live side by side. An entry appears whole or not at all.
 */
#ifndef KERNEL_H
#define KERNEL_H

#include "base/err.h"
#include "base/json.h"

struct kernel {
	char *name;                              /* in the store */
	char *dir;                               /* its folder */
	char *release;                           /* uname -r */
	char *version;                           /* "6.17.13" */
	char *vmlinuz, *vmlinux;                 /* paths; NULL: not there */
	char *config;                            /* path, or NULL */
	char *source;                            /* "debian", "image", "tree" */
	char *package, *package_version, *suite; /* of a distribution's; or NULL */
	char *origin;                            /* path an added one came from; or NULL */
	char *arch;
	char *image_sha256; /* of vmlinux, else of vmlinuz */
	char *vmlinuz_sha256, *config_sha256;
	char *added;                /* when, UTC */
	int8_t sched_ext, btf, pvh; /* TRI_NONE: not known */
	uint64_t bytes;             /* of the folder's files; U64_NONE: not known */
	bool incomplete;            /* no metadata.json: left by hand or by an older version */
};

struct kernel_opts {
	bool offline;        /* never fetch */
	const char *flavour; /* NULL: "cloud" */
};

struct kernels {
	struct kernel *v;
	size_t n;
};

/* A version or prefix ("6.17": newest cached match, fetched when absent unless offline), a name of
 * the store, an image, or a built tree (added to the store when not there yet). */
int kernel_resolve(const char *spec, const struct kernel_opts *o, struct kernel *out,
                   struct err *err) MUST_CHECK;
/* The newest match that Debian's suites offer; one that is cached already is not fetched again. */
int kernel_fetch(const char *version, const struct kernel_opts *o, struct kernel *out,
                 struct err *err) MUST_CHECK;
/* A bzImage, a vmlinux, or a built tree. */
int kernel_add(const char *path, struct kernel *out, struct err *err) MUST_CHECK;
/* Newest version first. */
int kernel_list(struct kernels *out, struct err *err) MUST_CHECK;
int kernel_remove(const char *name, struct err *err) MUST_CHECK;
void kernel_done(struct kernel *k);
void kernels_done(struct kernels *ks);

/* The folder of the store; caller frees. */
int kernel_store_dir(char **out, struct err *err) MUST_CHECK;
/* metadata.json */
extern const struct json_table kernel_table;

#endif
