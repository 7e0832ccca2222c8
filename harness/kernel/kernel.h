/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel store: the facade of this folder. An entry is a folder
 * $XDG_CACHE_HOME/ktstr/kernels/<name>/ with vmlinuz, vmlinux (the ELF inside it), config and
 * metadata.json. For a distribution's kernel, <name> is the release ("6.17.13+deb13-cloud-amd64").
 * For one that was added it is release~hash, so that two builds of one release can exist side by
 * side. An entry is written whole or not at all.
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
	char *vmlinuz, *vmlinux;                 /* paths; NULL: absent */
	char *config;                            /* path, or NULL */
	char *source;                            /* "debian", "image", "tree" */
	char *package, *package_version, *suite; /* of a distribution's kernel; or NULL */
	char *origin;                            /* the path an added kernel came from; or NULL */
	char *arch;
	char *image_sha256; /* of vmlinux, else of vmlinuz */
	char *vmlinuz_sha256, *config_sha256;
	char *added;                /* time of adding, UTC */
	int8_t sched_ext, btf, pvh; /* TRI_NONE: not known */
	uint64_t bytes;             /* of the folder's files; U64_NONE: not known */
	bool incomplete;            /* no metadata.json: made by hand or by an older version */
};

struct kernel_opts {
	bool offline;        /* never download */
	const char *flavour; /* NULL: "cloud" */
};

struct kernels {
	struct kernel *v;
	size_t n;
};

/* Finds a kernel by a version or prefix ("6.17": the newest cached match; downloaded when none is
 * cached and not offline), a name in the store, an image, or a built tree. Image and tree are added
 * to the store if they are not there yet. */
int kernel_resolve(const char *spec, const struct kernel_opts *o, struct kernel *out,
                   struct err *err) MUST_CHECK;
/* The newest match in Debian's suites. One that is already cached is not downloaded again. */
int kernel_fetch(const char *version, const struct kernel_opts *o, struct kernel *out,
                 struct err *err) MUST_CHECK;
/* Adds a bzImage, a vmlinux, or a built tree to the store. */
int kernel_add(const char *path, struct kernel *out, struct err *err) MUST_CHECK;
/* Newest version first. */
int kernel_list(struct kernels *out, struct err *err) MUST_CHECK;
int kernel_remove(const char *name, struct err *err) MUST_CHECK;
void kernel_done(struct kernel *k);
void kernels_done(struct kernels *ks);

/* The folder of the store; the caller frees. */
int kernel_store_dir(char **out, struct err *err) MUST_CHECK;
/* The fields of metadata.json. */
extern const struct json_table kernel_table;

#endif
