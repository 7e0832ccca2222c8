/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel configurations as text: lines "CONFIG_X=y" and "# CONFIG_X is not set". Pure. */
#ifndef KERNEL_KCONFIG_H
#define KERNEL_KCONFIG_H

#include "base/err.h"
#include "base/strbuf.h"
#include "base/strv.h"

/* What CONFIG_X is set to: "y", "256", "\"text\""; NULL: it is not set. Caller frees. */
char *kconfig_value(const char *config, const char *option);
/* Both, where `own` wins. Caller frees. */
char *kconfig_merge(const char *base, const char *own);
/* The options ("CONFIG_X") that `config` does not hold as `fragment` asks for. */
void kconfig_lacking(const char *fragment, const char *config, struct strv *options);
/* The "depends on" lines of an option ("CONFIG_X") in a Kconfig file's text, joined by " && ": ""
 * when it has none. NULL: the file does not define it. Caller frees. */
char *kconfig_depends(const char *kconfig, const char *option);

/* The configuration that a kernel built with CONFIG_IKCONFIG carries. 1: found, appended to *out;
 * 0: it carries none. */
int kconfig_embedded(const void *elf, size_t n, struct strbuf *out, struct err *err) MUST_CHECK;

#endif
