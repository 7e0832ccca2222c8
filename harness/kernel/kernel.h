/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel store, $XDG_CACHE_HOME/ktstr/kernels/<release>/: facade of this folder.
 */
#ifndef KERNEL_H
#define KERNEL_H

#include "base/err.h"
#include "base/json.h"

struct kernel {
	char *dir;                  /* in the store */
	char *release;              /* uname -r: "6.17.13+deb13-cloud-amd64" */
	char *version;              /* "6.17.13" */
	char *vmlinuz, *vmlinux;    /* paths; vmlinux NULL when it could not be had */
	char *config;               /* path, or NULL */
	char *source;               /* "debian", "image", "tree" */
	char *package_version;      /* or NULL */
	char *image_sha256;         /* of what is booted */
	int8_t sched_ext, btf, pvh; /* TRI_NONE: not known */
};

struct kernel_opts {
	bool offline;        /* never fetch */
	const char *flavour; /* NULL: "cloud" */
};

/* A version or prefix ("6.17": newest cached match, fetched when absent unless offline), a release
 * of the store, an image, or a built tree. */
int kernel_resolve(const char *spec, const struct kernel_opts *o, struct kernel *out,
                   struct err *err) MUST_CHECK;
void kernel_done(struct kernel *k);

#endif
