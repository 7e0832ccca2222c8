/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "base/fs.h"
#include "base/mem.h"
#include "harness/kernel/deb.h"
#include "harness/kernel/package.h"

static void remove_deb(char **path)
{
	_cleanup_free_ char *dir = NULL;
	struct err ignored = ERR_INIT;

	if (!*path)
		return;
	dir = xstrndup(*path, (size_t)(fs_basename(*path) - *path));
	(void)!fs_remove_tree(AT_FDCWD, dir, &ignored);
	free(*path);
}

int package_kernel(const struct apt *apt, const char *package, uint64_t bytes, struct strbuf *image,
                   struct strbuf *config, struct err *err)
{
	CLEANUP(remove_deb) char *deb = NULL;

	if (apt_download(apt, package, bytes, &deb, err) < 0)
		return -(int)err->code;
	return deb_kernel(deb, image, config, err);
}

int package_config(const struct apt *apt, const char *release, struct strbuf *config, char **from,
                   struct err *err)
{
	/* linux-base-* has the configuration of newer kernels; linux-headers-* of every kernel. */
	static const char *const prefixes[] = { "linux-base-", "linux-headers-" };

	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++) {
		_cleanup_free_ char *package = xasprintf("%s%s", prefixes[i], release);
		_cleanup_strbuf_ struct strbuf no_image = STRBUF_INIT;
		struct apt_package info = { 0 };
		struct err absent = ERR_INIT;
		int r;

		if (apt_show(apt, package, &info, &absent) < 0)
			continue;
		r = package_kernel(apt, package, info.bytes, &no_image, config, err);
		apt_package_done(&info);
		if (r < 0)
			return r;
		if (!config->n)
			continue;
		*from = steal_ptr(&package);
		return 0;
	}
	return err_set(err, ERR_NOT_FOUND, "no package of Debian's holds the configuration of %s",
	               release);
}

int package_source(const struct apt *apt, const char *package, uint64_t bytes, const char *to,
                   struct err *err)
{
	CLEANUP(remove_deb) char *deb = NULL;

	if (apt_download(apt, package, bytes, &deb, err) < 0)
		return -(int)err->code;
	return deb_source(deb, to, err);
}
