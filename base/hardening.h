/* SPDX-License-Identifier: GPL-2.0-only */
/* How a running kernel is hardened, from /proc and /sys below a root directory: for the host and, in the
 * agent, for the guest. */
#ifndef BASE_HARDENING_H
#define BASE_HARDENING_H

#include "base/strv.h"

/* Sets "lockdown" (none, integrity, confidentiality), "lsm" (the security modules), and the sysctls that
 * hide or restrict something ("kernel.kptr_restrict"). What the kernel does not say is left out. */
void hardening_read(int rootfd, struct strmap *out);
/* Likewise the options of a kernel's configuration ("CONFIG_HARDENED_USERCOPY" → "y"): those that
 * harden. `config` is its text. */
void hardening_of_config(const char *config, struct strmap *out);

#endif
