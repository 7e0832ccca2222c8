/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/parse.h"
#include "harness/kernel/git_tree.h"
#include "harness/kernel/mend.h"
#include "harness/kernel/source_tree.h"
#include "harness/kernel/store.h"
#include "harness/kernel/version.h"

#define IMAGE_MAX_BYTES (1u << 30)
#define TREE_IMAGE      "arch/x86/boot/bzImage"

static int add_files(const char *image_path, const char *config_path, struct kernel *meta,
                     struct kernel *out, struct err *err)
{
	_cleanup_strbuf_ struct strbuf image = STRBUF_INIT;
	_cleanup_strbuf_ struct strbuf config = STRBUF_INIT;
	_cleanup_free_ char *real = realpath(image_path, NULL);
	int r = fs_read(AT_FDCWD, image_path, IMAGE_MAX_BYTES, &image, err);

	if (r == 0 && config_path && fs_exists(AT_FDCWD, config_path)) {
		r = fs_read(AT_FDCWD, config_path, 16 << 20, &config, err);
		meta->config_from = xstrdup(streq(meta->source, "tree") ? "tree" : "beside it");
	}
	meta->origin = steal_ptr(&real);
	if (r == 0) {
		r = store_put(&(struct store_new){ .image = &image,
		                                   .config = &config,
		                                   .meta = meta,
		                                   .by_content = true },
		              out, err);
		if (r < 0)
			err_wrap(err, "%s", image_path);
	}
	return r;
}

/* The configuration that a distribution keeps beside an image: config-X of vmlinuz-X in the same
 * folder, or "config" of a plain "vmlinuz". */
static char *config_beside(const char *image)
{
	const char *name = fs_basename(image);

	if (!starts_with(name, "vmlinuz"))
		return NULL;
	return xasprintf("%.*sconfig%s", (int)(name - image), image, name + strlen("vmlinuz"));
}

/* 1: the folder is an entry of the store. */
static int find_in_store(const char *dir, struct kernel *out, struct err *err)
{
	_cleanup_free_ char *root = NULL, *in_store = NULL, *real = realpath(dir, NULL);
	_cleanup_free_ char *real_root = NULL;

	if (kernel_store_dir(&root, err) < 0)
		return -(int)err->code;
	real_root = realpath(root, NULL);
	if (!real || !real_root)
		return 0;
	in_store = fs_join(real_root, fs_basename(real));
	if (!streq(real, in_store))
		return 0;
	return store_get(fs_basename(real), out, err) < 0 ? -(int)err->code : 1;
}

static int image_in(const char *dir, char **image, char **config, struct err *err)
{
	static const char *const images[] = { TREE_IMAGE, "bzImage", "vmlinuz", "vmlinux" };

	for (size_t i = 0; i < ARRAY_SIZE(images); i++) {
		_cleanup_free_ char *path = fs_join(dir, images[i]);

		if (!fs_exists(AT_FDCWD, path))
			continue;
		*image = steal_ptr(&path);
		*config = fs_join(dir, i == 0 ? ".config" : "config");
		return 0;
	}
	return err_set(
		err, ERR_NOT_FOUND,
		"%s is not a built kernel tree: no %s, bzImage, vmlinuz or vmlinux (`harness "
		"kernel build --source` builds a tree)",
		dir, TREE_IMAGE);
}

int kernel_add(const char *path, struct kernel *out, struct err *err)
{
	_cleanup_free_ char *image = NULL, *config = NULL, *contents = NULL;
	bool folder = fs_is_dir(AT_FDCWD, path);
	struct kernel meta;
	int r = folder ? find_in_store(path, out, err) : 0;

	if (r != 0)
		return r < 0 ? r : 0;
	if (folder && image_in(path, &image, &config, err) < 0)
		return -(int)err->code;
	json_init(&kernel_table, &meta);
	if (folder) {
		meta.source = xstrdup("tree");
		git_tree_describe(path, &meta.kernel_commit, &contents);
	} else {
		image = xstrdup(path);
		config = config_beside(path);
		meta.source = xstrdup("image");
	}
	r = add_files(image, config, &meta, out, err);
	json_done(&kernel_table, &meta);
	return r;
}

/* Finds the newest cached kernel by name, version or prefix. 1: found; 0: not found. */
static int find_cached(const char *spec, const struct kernel_opts *o, struct kernel *out,
                       struct err *err)
{
	struct kernels ks;
	int found = 0;

	if (kernel_list(&ks, err) < 0)
		return -(int)err->code;
	for (size_t i = 0; i < ks.n && !found; i++) {
		if (!streq(ks.v[i].name, spec) && !version_has_prefix(ks.v[i].version, spec))
			continue;
		if (ks.v[i].damage && o->note)
			o->note(ks.v[i].damage);
		if (ks.v[i].incomplete)
			continue;
		*out = ks.v[i];
		ks.v[i] = ks.v[--ks.n];
		found = 1;
	}
	kernels_done(&ks);
	return found;
}

static int not_found(const char *spec, struct err *err)
{
	_cleanup_strv_ struct strv names = STRV_INIT;
	_cleanup_free_ char *list = NULL;
	struct kernels ks;

	if (kernel_list(&ks, err) < 0)
		return -(int)err->code;
	for (size_t i = 0; i < ks.n; i++)
		strv_add(&names, ks.v[i].name);
	kernels_done(&ks);
	list = strv_join(&names, ", ");
	return err_set(err, ERR_NOT_FOUND,
	               "kernel \"%s\" is neither a version, a path nor a name in the store (%s)",
	               spec, *list ? list : "none");
}

static int build_from(const char *source, const struct kernel_opts *o, struct kernel *out,
                      struct err *err)
{
	const struct kernel_build_opts bo = {
		.source = source, .fragment = o->fragment, .offline = o->offline, .note = o->note
	};

	return kernel_build(&bo, out, err);
}

/* Resolves an image, or a source tree, which is built if necessary. */
static int take_path(const char *path, const struct kernel_opts *o, struct kernel *out,
                     struct err *err)
{
	_cleanup_free_ char *image = fs_join(path, TREE_IMAGE);

	if (!o->fragment || o->no_build || !source_tree_is(path) || fs_exists(AT_FDCWD, image))
		return kernel_add(path, out, err);
	return build_from(path, o, out, err);
}

/* Downloads the kernel from Debian; if Debian has none, builds it from the mirror's source. */
static int fetch_or_build(const char *version, const struct kernel_opts *o, struct kernel *out,
                          struct err *err)
{
	_cleanup_free_ char *line =
		xasprintf("kernel %s: Debian offers none; its source comes from "
	                  "%s and is built here",
	                  version, source_mirror());
	struct err built = ERR_INIT;
	int r = kernel_fetch(version, o, out, err);

	if (r == 0 || o->offline || !o->fragment ||
	    (err->code != ERR_NOT_FOUND && err->code != ERR_UNSUPPORTED))
		return r;
	if (o->no_build)
		return err_set(err, err->code,
		               "kernel %s: Debian offers none, and --no-build forbids to build it "
		               "from source",
		               version);
	if (o->note)
		o->note(line);
	r = build_from(version, o, out, &built);
	if (r < 0 && built.code == ERR_NOT_FOUND)
		return err_set(err, ERR_NOT_FOUND, "%s; %s", err->msg, built.msg);
	if (r < 0)
		*err = built;
	return r;
}

int kernel_resolve(const char *spec, const struct kernel_opts *o, struct kernel *out,
                   struct err *err)
{
	int r;

	if (strchr(spec, '/') || (!version_is(spec) && fs_exists(AT_FDCWD, spec)))
		return take_path(spec, o, out, err);
	r = find_cached(spec, o, out, err);
	if (r > 0)
		kernel_mend(out, o->offline);
	if (r != 0)
		return r < 0 ? r : 0;
	if (version_is(spec))
		return fetch_or_build(spec, o, out, err);
	return not_found(spec, err);
}
