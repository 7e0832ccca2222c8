/* SPDX-License-Identifier: GPL-2.0-only */
/* Entries of the store: made in a temporary folder beside, renamed when whole. */
#ifndef KERNEL_STORE_H
#define KERNEL_STORE_H

#include "base/strbuf.h"
#include "harness/kernel/kernel.h"

/* What goes into an entry. */
struct store_new {
	const struct strbuf *image;  /* as it came: a bzImage or a vmlinux */
	const struct strbuf *config; /* may be empty or NULL */
	struct kernel *meta; /* source, package …; facts, hashes and names are filled in */
	bool by_content;     /* name it release~hash */
};
int store_put(const struct store_new *what, struct kernel *out, struct err *err) MUST_CHECK;
/* An entry by name; ERR_NOT_FOUND. */
int store_get(const char *name, struct kernel *out, struct err *err) MUST_CHECK;

#endif
