/* SPDX-License-Identifier: GPL-2.0-only */
/* What a kernel's console says about its end. Pure. */
#ifndef VMM_CONSOLE_H
#define VMM_CONSOLE_H

#include "base/strbuf.h"

/* The first line that names a crash ("Kernel panic - not syncing: …", "BUG: …", "Oops: …"), without
 * its time stamp; NULL when there is none. Caller frees. */
char *console_cause(const char *text);

#endif
