/* SPDX-License-Identifier: GPL-2.0-only */
/* Finds the crash in the text of a kernel's console. Pure. */
#ifndef VMM_CONSOLE_H
#define VMM_CONSOLE_H

#include "base/strbuf.h"

/* Names of the ways in which a guest fails, for those who group failures. */
#define CONSOLE_MEMORY    "memory"
#define CONSOLE_BUG       "bug"
#define CONSOLE_LOCKUP    "lockup"
#define CONSOLE_RCU_STALL "rcu stall"
#define CONSOLE_HUNG_TASK "hung task"
#define CONSOLE_PANIC     "panic"

/* The most telling line that names a crash ("Kernel panic - not syncing: …", "BUG: …"), without its
 * time stamp. Out of memory is put in words, with what to do. NULL when there is none; the caller
 * frees. *kind is one of the names above; it may be NULL. */
char *console_cause(const char *text, const char **kind);
/* The last line that is not empty, without its time stamp; "" if there is none. The caller frees. */
char *console_last_line(const char *text);

#endif
