/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel configurations as text: lines "CONFIG_X=y" and "# CONFIG_X is not set". Pure. */
#ifndef KERNEL_KCONFIG_H
#define KERNEL_KCONFIG_H

#include "base/err.h"
#include "base/strbuf.h"
#include "base/strv.h"

/* The value of CONFIG_X: "y", "256", "\"text\""; NULL: it is not set. Caller frees. */
char *kconfig_value(const char *config, const char *option);
/* Joins two configurations. If both set an option, `own` wins. Caller frees. */
char *kconfig_merge(const char *base, const char *own);
/* Adds the options ("CONFIG_X") whose value in `config` differs from that in `fragment`. */
void kconfig_lacking(const char *fragment, const char *config, struct strv *options);
/* The "depends on" lines of an option ("CONFIG_X") in the text of Kconfig files, joined by " && ";
 * "" if it has none. NULL: the text does not define it. Caller frees. */
char *kconfig_depends(const char *kconfig, const char *option);

/* Appends the configuration inside a kernel that was built with CONFIG_IKCONFIG to *out and returns
 * 1. Returns 0 if the kernel has none inside. */
int kconfig_embedded(const void *elf, size_t n, struct strbuf *out, struct err *err) MUST_CHECK;

#endif
