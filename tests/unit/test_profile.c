/* SPDX-License-Identifier: GPL-2.0-only */
#include <fcntl.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/hardening.h"
#include "base/mem.h"
#include "harness/profile.h"
#include "tests/unit/golden.h"
#include "tests/unit/run_tree.h"
#include "tests/unit/test.h"

static char *joined(const struct strv *list)
{
	return strv_join(list, " ");
}

TEST(profile_has_what_it_extends_first)
{
	static char base[] = "base", mine[] = "mine", hard[] = "hardened";
	struct profile_own own[] = { { .name = mine, .extends = base },
		                     { .name = base, .extends = hard } };
	_cleanup_profile_ struct profile p = { 0 };
	_cleanup_free_ char *args = NULL, *sysctls = NULL;
	struct err err = ERR_INIT;

	strv_add(&own[0].kernel_args, "mitigations=off");
	strv_addl(&own[0].sysctl, "kernel.kptr_restrict=0", "a.b=1", NULL);
	strv_add(&own[1].sysctl, "-a.b=2");
	ASSERT_OK(profile_resolve("mine", own, 2, &p, &err));
	args = joined(&p.kernel_args);
	sysctls = joined(&p.sysctls);
	ck_assert_ptr_nonnull(strstr(args, "mitigations=auto,nosmt"));
	ck_assert(ends_with(args, " mitigations=off")); /* the kernel takes the last */
	ck_assert_ptr_nonnull(strstr(sysctls, "kernel.kptr_restrict=0 "));
	ck_assert_ptr_null(strstr(sysctls, "kptr_restrict=2"));
	ck_assert(ends_with(sysctls, " a.b=1"));
	for (size_t i = 0; i < 2; i++) {
		strv_done(&own[i].kernel_args);
		strv_done(&own[i].sysctl);
	}
}

TEST(profile_unknown)
{
	struct err err = ERR_INIT;
	struct profile p;

	ASSERT_ERR(profile_resolve("hardend", NULL, 0, &p, &err), ERR_USAGE,
	           "no profile \"hardend\", did you mean \"hardened\"?: there are fast, ");
}

TEST(profile_bundled_ones_are_whole)
{
	for (size_t i = 0; i < n_profile_defs; i++) {
		_cleanup_profile_ struct profile p = { 0 };
		struct err err = ERR_INIT;

		ASSERT_OK(profile_resolve(profile_defs[i].name, NULL, 0, &p, &err));
		strv_each (&p.sysctls, k)
			ASSERT_OK(profile_check_sysctl(p.sysctls.v[k], &err));
	}
}

static const struct {
	const char *label, *text;
	bool good;
} sysctls[] = {
	{ "plain", "kernel.kptr_restrict=2", true },
	{ "optional", "-kernel.yama.ptrace_scope=1", true },
	{ "with slashes", "net/ipv4/ip_forward=1", true },
	{ "an empty value", "kernel.core_pattern=", true },
	{ "no value", "kernel.kptr_restrict", false },
	{ "no key", "=1", false },
	{ "out of /proc/sys", "../x=1", false },
	{ "out of it later", "kernel/../../x=1", false },
	{ "a space", "a b=1", false },
};
TEST_ROWS(profile_sysctl, sysctls)
{
	struct err err = ERR_INIT;

	ck_assert_int_eq(profile_check_sysctl(row->text, &err) == 0, row->good);
}

static void add_words(struct strbuf *b, const char *what, const char *words)
{
	if (*words)
		strbuf_addf(b, "- %s: `%s`\n", what, words);
}

TEST(profile_page_is_current)
{
	struct strbuf b = STRBUF_INIT;

	strbuf_adds(&b, "| profile | extends | sets | gives up |\n|---|---|---|---|\n");
	for (size_t i = 0; i < n_profile_defs; i++)
		strbuf_addf(&b, "| `%s` | %s | %s | %s |\n", profile_defs[i].name,
		            profile_defs[i].extends ? profile_defs[i].extends : "",
		            profile_defs[i].what, profile_defs[i].gives_up);
	for (size_t i = 0; i < n_profile_defs; i++) {
		const struct profile_def *d = &profile_defs[i];

		if (!*d->kernel_args && !*d->sysctls)
			continue;
		strbuf_addf(&b, "\n`%s`%s%s\n\n", d->name, d->extends ? ", beside those of " : "",
		            d->extends ? d->extends : "");
		add_words(&b, "kernel arguments", d->kernel_args);
		add_words(&b, "sysctls", d->sysctls);
	}
	golden_block("docs/profiles.md", "profiles", &b);
	strbuf_done(&b);
}

TEST(hardening_of_a_machine)
{
	_cleanup_free_ char *dir = test_tmpdir();
	_cleanup_close_ int root = -1;
	struct strmap m = { 0 };

	tree_write(dir, "sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
	tree_write(dir, "sys/kernel/security/lsm", "lockdown,yama\n");
	tree_write(dir, "proc/sys/kernel/kptr_restrict", "2\n");
	tree_write(dir, "proc/sys/kernel/yama/ptrace_scope", "1\n");
	root = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	hardening_read(root, &m);
	hardening_of_config("#\nCONFIG_VMAP_STACK=y\n# CONFIG_FORTIFY_SOURCE is not set\n", &m);
	ck_assert_uint_eq(m.n, 5);
	ck_assert_str_eq(strmap_get(&m, "lockdown"), "integrity");
	ck_assert_str_eq(strmap_get(&m, "lsm"), "lockdown,yama");
	ck_assert_str_eq(strmap_get(&m, "kernel.kptr_restrict"), "2");
	ck_assert_str_eq(strmap_get(&m, "kernel.yama.ptrace_scope"), "1");
	ck_assert_str_eq(strmap_get(&m, "CONFIG_VMAP_STACK"), "y");
	strmap_done(&m);
}
