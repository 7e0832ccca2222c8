/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/bench/meminfo.h"

#include "base/fs.h"

#define FILE_MAX 65536

uint64_t meminfo_bytes(const char *name)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	_cleanup_strv_ struct strv lines = STRV_INIT;
	struct err ignored = ERR_INIT;
	size_t n = strlen(name);

	if (fs_read(AT_FDCWD, "/proc/meminfo", FILE_MAX, &text, &ignored) < 0)
		return 0;
	strv_split(&lines, strbuf_cstr(&text), "\n");
	strv_each (&lines, i)
		if (starts_with(lines.v[i], name) && lines.v[i][n] == ':')
			return strtoull(lines.v[i] + n + 1, NULL, 10) * 1024;
	return 0;
}
