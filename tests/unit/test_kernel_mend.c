/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/image_sample.h"
#include "tests/unit/run_tree.h"
#include "tests/unit/test.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

#include "base/fs.h"
#include "base/mem.h"
#include "harness/kernel/kernel.h"

static const char sample[] = "# Linux\nCONFIG_SCHED_CLASS_EXT=y\n";

/* An image that says its release and, if asked to, carries a configuration. */
static void make_image(const char *path, bool with_config)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	struct err err = ERR_INIT;

	sample_vmlinux(&b);
	if (with_config) {
		strbuf_adds(&b, "IKCFG_ST");
		sample_gzip(&b, sample);
		strbuf_adds(&b, "IKCFG_ED");
	}
	ASSERT_OK(fs_write_atomic(AT_FDCWD, path, b.s, b.n, 0644, &err));
}

static char *fresh_cache(void)
{
	char *dir = test_tmpdir();

	setenv("XDG_CACHE_HOME", dir, 1);
	return dir;
}

static void assert_config(const struct kernel *k, const char *from)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	struct err err = ERR_INIT;

	ck_assert_ptr_nonnull(k->config);
	ASSERT_OK(fs_read(AT_FDCWD, k->config, 4096, &text, &err));
	ck_assert_str_eq(strbuf_cstr(&text), sample);
	ck_assert_str_eq(k->config_from, from);
	ck_assert_int_eq(k->sched_ext, 1);
}

TEST(store_takes_the_configuration_inside_an_image)
{
	_cleanup_free_ char *dir = fresh_cache();
	_cleanup_free_ char *image = fs_join(dir, "bzImage");
	struct err err = ERR_INIT;
	struct kernel k;

	make_image(image, true);
	ASSERT_OK(kernel_add(image, &k, &err));
	assert_config(&k, "IKCONFIG");
	kernel_done(&k);
}

TEST(store_takes_the_configuration_beside_an_image)
{
	_cleanup_free_ char *dir = fresh_cache();
	_cleanup_free_ char *image = fs_join(dir, "vmlinuz-6.99.1-test");
	_cleanup_free_ char *config = fs_join(dir, "config-6.99.1-test");
	struct err err = ERR_INIT;
	struct kernel k;

	make_image(image, false);
	ASSERT_OK(fs_write_atomic(AT_FDCWD, config, sample, strlen(sample), 0644, &err));
	ASSERT_OK(kernel_add(image, &k, &err));
	assert_config(&k, "beside it");
	kernel_done(&k);
}

/* As an entry was before configurations were sought inside images. */
static void forget_config(const struct kernel *k)
{
	_cleanup_free_ char *meta = fs_join(k->dir, "metadata.json");
	_cleanup_json_ struct json_object *o = NULL;
	_cleanup_free_ char *text = NULL;
	struct err err = ERR_INIT;

	ck_assert_int_eq(unlink(k->config), 0);
	ASSERT_OK(json_read(AT_FDCWD, meta, 1 << 16, &o, &err));
	json_object_object_del(o, "config_from");
	json_object_object_del(o, "kernel_commit");
	json_object_object_del(o, "build_key");
	json_object_object_add(o, "config_sha256", NULL);
	json_object_object_add(o, "sched_ext", NULL);
	text = json_text(o, true);
	ASSERT_OK(fs_write_atomic(AT_FDCWD, meta, text, strlen(text), 0644, &err));
}

TEST(store_entry_without_configuration_is_mended_when_used)
{
	_cleanup_free_ char *dir = fresh_cache();
	_cleanup_free_ char *image = fs_join(dir, "bzImage");
	const struct kernel_opts offline = { .offline = true };
	struct err err = ERR_INIT;
	struct kernel k;

	make_image(image, true);
	ASSERT_OK(kernel_add(image, &k, &err));
	forget_config(&k);
	kernel_done(&k);
	ASSERT_OK(kernel_resolve("6.99", &offline, &k, &err));
	assert_config(&k, "IKCONFIG");
	kernel_done(&k);
	ASSERT_OK(kernel_resolve("6.99.1", &offline, &k, &err)); /* and stays so */
	assert_config(&k, "IKCONFIG");
	kernel_done(&k);
}

TEST(store_entry_for_which_there_is_none_stays_without)
{
	_cleanup_free_ char *dir = fresh_cache();
	_cleanup_free_ char *image = fs_join(dir, "bzImage");
	const struct kernel_opts offline = { .offline = true };
	struct err err = ERR_INIT;
	struct kernel k;

	make_image(image, false);
	ASSERT_OK(kernel_add(image, &k, &err));
	kernel_done(&k);
	ASSERT_OK(kernel_resolve("6.99", &offline, &k, &err));
	ck_assert_ptr_null(k.config);
	ck_assert_ptr_null(k.config_from);
	kernel_done(&k);
}

TEST(store_prefers_sched_ext_among_kernels_of_one_version)
{
	_cleanup_free_ char *dir = fresh_cache();
	_cleanup_free_ char *with = fs_join(dir, "with");
	_cleanup_free_ char *without = fs_join(dir, "without");
	const struct kernel_opts offline = { .offline = true };
	const char *const images[] = { without, with, without };
	struct err err = ERR_INIT;
	struct kernel k;

	make_image(with, true);
	make_image(without, false);
	for (size_t i = 0; i < ARRAY_SIZE(images); i++) {
		ASSERT_OK(kernel_add(images[i], &k, &err));
		kernel_done(&k);
	}
	ASSERT_OK(kernel_resolve("6.99", &offline, &k, &err));
	ck_assert_int_eq(k.sched_ext, 1);
	kernel_done(&k);
}

static _Thread_local char noted[1024];
static void take_note(const char *line)
{
	snprintf(noted, sizeof(noted), "%s", line);
}

/* As after a crash or on a full disk: the file ends in the middle. */
static void cut_metadata(const struct kernel *k)
{
	_cleanup_free_ char *meta = fs_join(k->dir, "metadata.json");

	ck_assert_int_eq(truncate(meta, 40), 0);
}

TEST(store_leaves_a_damaged_entry_out_and_names_it)
{
	_cleanup_free_ char *dir = fresh_cache();
	_cleanup_free_ char *with = fs_join(dir, "with"), *without = fs_join(dir, "without");
	const struct kernel_opts offline = { .offline = true, .note = take_note };
	struct err err = ERR_INIT;
	struct kernels ks;
	struct kernel bad, good, k;

	make_image(with, true);
	make_image(without, false);
	ASSERT_OK(kernel_add(with, &bad, &err));
	ASSERT_OK(kernel_add(without, &good, &err));
	cut_metadata(&bad);
	ASSERT_OK(kernel_list(&ks, &err));
	ck_assert_uint_eq(ks.n, 2);
	for (size_t i = 0; i < ks.n; i++) {
		bool is_bad = streq(ks.v[i].name, bad.name);

		ck_assert_int_eq(ks.v[i].incomplete, is_bad);
		ck_assert_int_eq(ks.v[i].damage != NULL, is_bad);
		ck_assert_str_eq(ks.v[i].version, "6.99.1");
	}
	kernels_done(&ks);
	ASSERT_OK(kernel_resolve("6.99", &offline, &k, &err)); /* the other one */
	ck_assert_str_eq(k.name, good.name);
	kernel_done(&k);
	ASSERT_ERR(kernel_resolve(bad.name, &offline, &k, &err), ERR_NOT_FOUND, NULL);
	ck_assert_ptr_nonnull(strstr(noted, bad.name));
	ck_assert_ptr_nonnull(strstr(noted, "harness kernel remove"));
	ASSERT_OK(kernel_add(with, &k, &err)); /* mends it */
	kernel_done(&k);
	ASSERT_OK(kernel_resolve(bad.name, &offline, &k, &err));
	kernel_done(&k);
	cut_metadata(&bad);
	ASSERT_OK(kernel_remove(bad.name, &err));
	kernel_done(&bad);
	kernel_done(&good);
}

TEST(store_does_not_wait_for_metadata_that_is_a_fifo)
{
	_cleanup_free_ char *dir = fresh_cache(), *image = fs_join(dir, "image"), *meta = NULL;
	struct err err = ERR_INIT;
	struct kernels ks;
	struct kernel k;

	make_image(image, true);
	ASSERT_OK(kernel_add(image, &k, &err));
	meta = fs_join(k.dir, "metadata.json");
	ck_assert_int_eq(unlink(meta), 0);
	ck_assert_int_eq(mkfifo(meta, 0644), 0);
	ASSERT_OK(kernel_list(&ks, &err));
	ck_assert_uint_eq(ks.n, 1);
	ck_assert_ptr_nonnull(strstr(ks.v[0].damage, "not a regular file"));
	kernels_done(&ks);
	kernel_done(&k);
}

/* A tree is known by its git repository; its image is not part of that. */
TEST(store_notes_the_commit_of_a_tree)
{
	_cleanup_free_ char *dir = fresh_cache(), *tree = test_tmpdir(), *commit = NULL;
	_cleanup_free_ char *dirty = NULL, *image = fs_join(tree, "arch/x86/boot/bzImage");
	struct err err = ERR_INIT;
	struct kernel k, again;

	tree_git_init(tree);
	tree_write(tree, "Makefile", "VERSION = 6\n");
	tree_git_add(tree);
	commit = tree_git_commit(tree);
	tree_write(tree, "arch/x86/boot/README", "");
	make_image(image, true);
	ASSERT_OK(kernel_add(tree, &k, &err));
	ck_assert_str_eq(k.kernel_commit, commit);
	ck_assert_str_eq(k.source, "tree");
	ASSERT_OK(kernel_add(k.dir, &again, &err)); /* a folder of the store is that entry */
	ck_assert_str_eq(again.name, k.name);
	ck_assert_str_eq(again.kernel_commit, commit);
	kernel_done(&again);
	kernel_done(&k);
	tree_write(tree, "Makefile", "VERSION = 7\n");
	ASSERT_OK(kernel_add(tree, &k, &err));
	dirty = xasprintf("%s-dirty", commit);
	ck_assert_str_eq(k.kernel_commit, dirty);
	kernel_done(&k);
	ASSERT_OK(kernel_add(image, &k, &err)); /* an image by its path is of no tree */
	ck_assert_ptr_null(k.kernel_commit);
	kernel_done(&k);
}
