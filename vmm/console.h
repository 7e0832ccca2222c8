/* SPDX-License-Identifier: GPL-2.0-only */
/* Finds the crash in the text of a kernel's console. Pure. */
#ifndef VMM_CONSOLE_H
#define VMM_CONSOLE_H

#include "base/strbuf.h"

/* The first line that names a crash ("Kernel panic - not syncing: …", "BUG: …", "Oops: …"), without
 * its time stamp; NULL when there is none. The caller frees. */
char *console_cause(const char *text);

#endif
