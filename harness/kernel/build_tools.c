/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/kernel/build_tools.h"

#include "base/child.h"
#include "base/fs.h"
#include "base/mem.h"
#include "harness/kernel/kconfig.h"

#define TRY_NS (20 * NS_PER_SEC)

/* A program or a header, the Debian package that has it, and the option that needs it (NULL: every
 * build does). */
static const struct build_tool {
	const char *program, *header, *package, *option;
} tools[] = {
	{ .program = "make", .package = "make" },
	{ .program = "gcc", .package = "gcc" },
	{ .program = "flex", .package = "flex" },
	{ .program = "bison", .package = "bison" },
	{ .program = "bc", .package = "bc" },
	{ .program = "pahole", .package = "dwarves", .option = "CONFIG_DEBUG_INFO_BTF" },
	{ .header = "libelf.h", .package = "libelf-dev" },
	{ .header = "openssl/evp.h", .package = "libssl-dev", .option = "CONFIG_MODULE_SIG" },
	{ .header = "openssl/evp.h",
	  .package = "libssl-dev",
	  .option = "CONFIG_SYSTEM_TRUSTED_KEYRING" },
};

static bool compiles(const char *header)
{
	_cleanup_strv_ struct strv argv = STRV_INIT;
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	_cleanup_strbuf_ struct strbuf errout = STRBUF_INIT;
	struct err no = ERR_INIT;

	strv_addl(&argv, "gcc", "-fsyntax-only", "-include", header, "-x", "c", "/dev/null", NULL);
	return child_run(&(struct child_run){ .start = { .argv = strv_argv(&argv) },
	                                      .out = &out,
	                                      .errout = &errout,
	                                      .max_bytes = 1 << 16,
	                                      .deadline = deadline_in(TRY_NS) },
	                 &no) == 0;
}

static bool is_there(const struct build_tool *t)
{
	_cleanup_free_ char *path = t->program ? fs_which(t->program) : NULL;

	return t->program ? path != NULL : compiles(t->header);
}

static bool is_needed(const struct build_tool *t, const char *config)
{
	_cleanup_free_ char *value = t->option ? kconfig_value(config, t->option) : NULL;

	return !t->option || value;
}

int build_tools_check(const char *config, struct err *err)
{
	_cleanup_strv_ struct strv names = STRV_INIT;
	_cleanup_strv_ struct strv packages = STRV_INIT;
	_cleanup_free_ char *list = NULL;
	_cleanup_free_ char *install = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(tools); i++) {
		const struct build_tool *t = &tools[i];

		if (!is_needed(t, config) || strv_has(&packages, t->package) || is_there(t))
			continue;
		strv_add(&names, t->program ? t->program : t->header);
		strv_add(&packages, t->package);
	}
	if (!names.n)
		return 0;
	list = strv_join(&names, ", ");
	install = strv_join(&packages, " ");
	return err_set(err, ERR_UNSUPPORTED, "this machine lacks %s: apt-get install %s", list,
	               install);
}
