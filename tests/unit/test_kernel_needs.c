/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/test.h"

#include <stdlib.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "harness/kernel/kconfig.h"
#include "harness/kernel/needs.h"

static void read_fragment(struct strbuf *out)
{
	struct err err = ERR_INIT;

	ASSERT_OK(fs_read(AT_FDCWD, "harness/kernel/build.config", 1 << 20, out, &err));
}

TEST(needs_are_met_by_our_own_fragment)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	struct err err = ERR_INIT;

	read_fragment(&text);
	ASSERT_OK(needs_check(strbuf_cstr(&text), &err));
}

static const struct {
	const char *label, *says;
} changes[] = {
	{ "CONFIG_DEVTMPFS=n\n", "CONFIG_DEVTMPFS=y for /dev (it is off)" },
	{ "CONFIG_SERIAL_8250_CONSOLE=m\n",
	  "CONFIG_SERIAL_8250_CONSOLE=y for the console (it is a module)" },
	{ "CONFIG_PCI=n\nCONFIG_PROC_FS=n\nCONFIG_SYSFS=n\nCONFIG_CGROUPS=n\n", "1 more" },
};
TEST_ROWS(needs_name_the_option, changes)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	_cleanup_free_ char *config = NULL;
	struct err err = ERR_INIT;

	read_fragment(&text);
	config = kconfig_merge(strbuf_cstr(&text), row->label);
	ASSERT_ERR(needs_check(config, &err), ERR_UNSUPPORTED, row->says);
}
