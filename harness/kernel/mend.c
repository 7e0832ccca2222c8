/* SPDX-License-Identifier: GPL-2.0-only */
#include <time.h>

#include "base/fs.h"
#include "base/mem.h"
#include "harness/kernel/kconfig.h"
#include "harness/kernel/mend.h"
#include "harness/kernel/package.h"
#include "harness/kernel/store.h"

#define ELF_MAX_BYTES (1u << 30)
#define SOUGHT        "config-sought" /* its time stamp is the time of the last search */
#define SEEK_EVERY_S  (24 * 3600)

static bool sought_lately(const char *stamp)
{
	struct stat st;

	return stat(stamp, &st) == 0 && time(NULL) - st.st_mtime < SEEK_EVERY_S;
}

static int from_image(const struct kernel *k, struct strbuf *config, struct err *err)
{
	_cleanup_strbuf_ struct strbuf elf = STRBUF_INIT;

	if (!k->vmlinux)
		return 0;
	if (fs_read(AT_FDCWD, k->vmlinux, ELF_MAX_BYTES, &elf, err) < 0)
		return -(int)err->code;
	return kconfig_embedded(elf.s, elf.n, config, err);
}

static int from_debian(const struct kernel *k, struct strbuf *config, char **from, struct err *err)
{
	struct apt apt = { 0 };
	int r = apt_open(&apt, err);

	if (r == 0)
		r = package_config(&apt, k->release, config, from, err);
	apt_done(&apt);
	return r;
}

static int seek(struct kernel *k, bool offline, struct err *err)
{
	_cleanup_free_ char *stamp = fs_join(k->dir, SOUGHT);
	_cleanup_strbuf_ struct strbuf config = STRBUF_INIT;
	_cleanup_free_ char *from = NULL;
	const struct strbuf empty = STRBUF_INIT;
	struct err ignored = ERR_INIT;
	int r = -1;

	if (from_image(k, &config, &ignored) > 0)
		from = xstrdup(CONFIG_EMBEDDED);
	else if (streq(k->source, "debian") && !offline)
		r = from_debian(k, &config, &from, err);
	else
		r = err_set(err, ERR_NOT_FOUND, "its image holds no configuration");
	if (from)
		return store_add_config(k, &config, from, err);
	if (!offline)
		(void)!fs_write_atomic(AT_FDCWD, stamp, "", empty.n, 0644, &ignored);
	return r;
}

void kernel_mend(struct kernel *k, bool offline)
{
	_cleanup_free_ char *stamp = fs_join(k->dir, SOUGHT);
	struct err ignored = ERR_INIT;

	if (!k->config && !k->incomplete && !sought_lately(stamp))
		(void)!seek(k, offline, &ignored);
}

int kernel_mend_now(struct kernel *k, struct err *err)
{
	return k->config ? 0 : seek(k, false, err);
}
