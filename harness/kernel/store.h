/* SPDX-License-Identifier: GPL-2.0-only */
/* Entries of the store. Each is made in a temporary folder next to it and renamed when complete. */
#ifndef KERNEL_STORE_H
#define KERNEL_STORE_H

#include "base/strbuf.h"
#include "harness/kernel/kernel.h"

#define CONFIG_EMBEDDED "IKCONFIG" /* config_from: inside the image */

/* The content of a new entry. */
struct store_new {
	const struct strbuf *image;  /* as it was given: a bzImage or a vmlinux */
	const struct strbuf *config; /* empty or NULL: the one inside the image, if any */
	struct kernel *meta;         /* in: source, package …; store_put() fills in the rest */
	bool by_content;             /* the name is release~hash */
};
int store_put(const struct store_new *what, struct kernel *out, struct err *err) MUST_CHECK;
/* Adds a configuration to an entry that has none, and sets k->config. */
int store_add_config(struct kernel *k, const struct strbuf *config, const char *from,
                     struct err *err) MUST_CHECK;
/* An entry by name; ERR_NOT_FOUND. */
int store_get(const char *name, struct kernel *out, struct err *err) MUST_CHECK;

#endif
