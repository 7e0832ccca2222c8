/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/opsrules.h"

#include <limits.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/util.h"

#define TIMEOUT_MAX_MS 30000 /* the kernel's SCX_WATCHDOG_MAX_TIMEOUT */
#define NAME_CHARS     "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_."

char *opsrules_broken(const struct ops_fields *f)
{
	if (f->timeout_ms != U64_NONE && f->timeout_ms > TIMEOUT_MAX_MS)
		return xasprintf("sched_ext_ops.timeout_ms is %llu: the kernel's watchdog allows "
		                 "at most %d",
		                 (unsigned long long)f->timeout_ms, TIMEOUT_MAX_MS);
	if (f->name && !*f->name)
		return xstrdup("sched_ext_ops.name is empty: the kernel demands a name");
	if (f->name && f->name[strspn(f->name, NAME_CHARS)])
		return xasprintf("sched_ext_ops.name is \"%s\": the kernel allows only letters, "
		                 "digits, \"_\" and \".\"",
		                 f->name);
	if (f->dispatch_max_batch != U64_NONE && f->dispatch_max_batch > INT_MAX)
		return xasprintf("sched_ext_ops.dispatch_max_batch is %llu: the kernel allows at "
		                 "most %d",
		                 (unsigned long long)f->dispatch_max_batch, INT_MAX);
	if (f->flags != U64_NONE && f->known_flags != U64_NONE && f->flags & ~f->known_flags)
		return xasprintf("sched_ext_ops.flags has 0x%llx, which this kernel does not have",
		                 (unsigned long long)(f->flags & ~f->known_flags));
	return NULL;
}
