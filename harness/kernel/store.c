/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"
#include "harness/kernel/image.h"
#include "harness/kernel/kconfig.h"
#include "harness/kernel/store.h"
#include "harness/kernel/version.h"

#define METADATA     "metadata.json"
#define METADATA_MAX (1u << 20)
#define TEMP_PREFIX  ".tmp-"

#define FIELD(member, kind_, flags_, doc_)                                                         \
	{                                                                                          \
#member, kind_, offsetof(struct kernel, member), .flags = (flags_), .doc = (doc_)  \
	}
static const struct json_field kernel_fields[] = {
	FIELD(version, JSON_STR, JSON_REQUIRED, "kernel version"),
	FIELD(release, JSON_STR, JSON_REQUIRED, "as uname -r"),
	FIELD(source, JSON_STR, JSON_REQUIRED, "debian, image, tree or build"),
	FIELD(package, JSON_STR, JSON_NULLABLE, "the Debian package it came from"),
	FIELD(package_version, JSON_STR, JSON_NULLABLE, "that package's version"),
	FIELD(suite, JSON_STR, JSON_NULLABLE, "the suite the package was found in"),
	FIELD(origin, JSON_STR, JSON_NULLABLE, "the path or address it was added or built from"),
	FIELD(kernel_commit, JSON_STR, JSON_NULLABLE,
	      "commit of the tree it was built from, `-dirty` when the tree was"),
	FIELD(build_key, JSON_STR, JSON_NULLABLE, "what source and configuration were, as a hash"),
	FIELD(arch, JSON_STR, JSON_REQUIRED, "machine"),
	FIELD(image_sha256, JSON_STR, JSON_REQUIRED, "of what is booted: vmlinux"),
	FIELD(vmlinuz_sha256, JSON_STR, JSON_NULLABLE, "of vmlinuz"),
	FIELD(config_sha256, JSON_STR, JSON_NULLABLE, "of config"),
	FIELD(config_from, JSON_STR, JSON_NULLABLE, "where config was found"),
	FIELD(sched_ext, JSON_TRI, JSON_NULLABLE, "whether BPF schedulers can be loaded"),
	FIELD(btf, JSON_TRI, JSON_NULLABLE, "whether it carries BTF"),
	FIELD(pvh, JSON_TRI, JSON_NULLABLE, "whether vmlinux can be booted directly"),
	FIELD(added, JSON_STR, JSON_REQUIRED, "when it was put here, UTC"),
};
#undef FIELD
const struct json_table kernel_table =
	JSON_TABLE("kernel", struct kernel, kernel_fields, "an entry of the kernel store");

void kernel_done(struct kernel *k)
{
	char *const own[] = { k->name,   k->dir,   k->vmlinuz, k->vmlinux,
		              k->config, k->label, k->damage };

	for (size_t i = 0; i < ARRAY_SIZE(own); i++)
		free(own[i]);
	json_done(&kernel_table, k);
}

void kernels_done(struct kernels *ks)
{
	for (size_t i = 0; i < ks->n; i++)
		kernel_done(&ks->v[i]);
	free(ks->v);
	*ks = (struct kernels){ 0 };
}

int kernel_store_dir(char **out, struct err *err)
{
	_cleanup_free_ char *cache = NULL;

	if (fs_cache_dir(&cache, err) < 0)
		return -(int)err->code;
	*out = fs_join(cache, "kernels");
	return 0;
}

const char *kernel_label(const struct kernel *k)
{
	return k->label ? k->label : k->version;
}

static char *path_if_there(const char *dir, const char *name)
{
	_cleanup_free_ char *path = fs_join(dir, name);

	return fs_exists(AT_FDCWD, path) ? steal_ptr(&path) : NULL;
}

static uint64_t size_of(const char *path)
{
	struct stat st;

	return path && stat(path, &st) == 0 ? (uint64_t)st.st_size : 0;
}

static void fill_paths(struct kernel *k, const char *dir, const char *name)
{
	k->name = xstrdup(name);
	k->dir = xstrdup(dir);
	k->vmlinuz = path_if_there(dir, "vmlinuz");
	k->vmlinux = path_if_there(dir, "vmlinux");
	k->config = path_if_there(dir, "config");
	k->bytes = size_of(k->vmlinuz) + size_of(k->vmlinux) + size_of(k->config);
}

/* All that is known of an entry without metadata. */
static void take_name(struct kernel *k, const char *name)
{
	k->incomplete = true;
	k->release = xstrdup(name);
	k->version = version_of_release(name);
}

static void read_entry(const char *dir, const char *name, struct kernel *out)
{
	_cleanup_free_ char *meta = fs_join(dir, METADATA);
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	struct err why = ERR_INIT;
	struct kernel k;

	json_init(&kernel_table, &k);
	if (!fs_exists(AT_FDCWD, meta)) {
		take_name(&k, name);
	} else if (fs_read_regular(AT_FDCWD, meta, METADATA_MAX, &text, &why) < 0 ||
	           json_decode(&kernel_table, text.s, text.n, &k, &why) < 0) {
		json_done(&kernel_table, &k);
		json_init(&kernel_table, &k);
		take_name(&k, name);
		k.damage = xasprintf("kernel %s: %s cannot be read (%s): `harness kernel remove "
		                     "%s`, or fetch or add it again",
		                     name, METADATA, why.msg, name);
	}
	if (!k.version)
		k.version = xstrdup("unknown");
	fill_paths(&k, dir, name);
	*out = k;
}

int store_get(const char *name, struct kernel *out, struct err *err)
{
	_cleanup_free_ char *root = NULL;
	_cleanup_free_ char *dir = NULL;

	if (kernel_store_dir(&root, err) < 0)
		return -(int)err->code;
	dir = fs_join(root, name);
	if (strchr(name, '/') || name[0] == '.' || !fs_is_dir(AT_FDCWD, dir))
		return err_set(err, ERR_NOT_FOUND, "no kernel \"%s\" in %s", name, root);
	read_entry(dir, name, out);
	return 0;
}

static int newest_first(const void *a, const void *b)
{
	const struct kernel *x = a, *y = b;
	int c = version_cmp(y->version, x->version);

	if (c == 0)
		c = y->sched_ext - x->sched_ext;
	return c ? c : strcmp(x->name, y->name);
}

int kernel_list(struct kernels *out, struct err *err)
{
	_cleanup_free_ char *root = NULL;
	_cleanup_strv_ struct strv names = STRV_INIT;
	struct kernels ks = { 0 };

	if (kernel_store_dir(&root, err) < 0)
		return -(int)err->code;
	if (fs_is_dir(AT_FDCWD, root) && fs_list(AT_FDCWD, root, &names, err) < 0)
		return -(int)err->code;
	strv_each (&names, i) {
		_cleanup_free_ char *dir = fs_join(root, names.v[i]);
		if (names.v[i][0] != '.' && fs_is_dir(AT_FDCWD, dir))
			read_entry(dir, names.v[i], xgrow(ks.v, ks.n));
	}
	if (ks.n)
		qsort(ks.v, ks.n, sizeof(*ks.v), newest_first);
	*out = ks;
	return 0;
}

int kernel_hidden_kfuncs(const struct kernel *k, struct strv *names, struct err *err)
{
	return k->vmlinux ? image_hidden_kfuncs(k->vmlinux, names, err) : 0;
}

int kernel_remove(const char *name, struct err *err)
{
	_cleanup_free_ char *root = NULL;
	_cleanup_free_ char *from = NULL;
	_cleanup_free_ char *to = NULL;

	if (kernel_store_dir(&root, err) < 0)
		return -(int)err->code;
	from = fs_join(root, name);
	if (strchr(name, '/') || name[0] == '.' || !fs_is_dir(AT_FDCWD, from))
		return err_set(err, ERR_NOT_FOUND,
		               "no kernel \"%s\"; `harness kernel list` shows them", name);
	/* renamed first, so that other processes no longer see it; then deleted */
	to = xasprintf("%s/%sremove-%d", root, TEMP_PREFIX, (int)getpid());
	if (rename(from, to) < 0)
		return err_sys(err, errno, "%s", from);
	return fs_remove_tree(AT_FDCWD, to, err);
}

static int put_file(const char *dir, const char *name, const struct strbuf *data, char **sha,
                    struct err *err)
{
	_cleanup_free_ char *path = fs_join(dir, name);
	char hex[65];

	mem_sha256(data->s, data->n, hex);
	if (sha) {
		free(*sha);
		*sha = xstrdup(hex);
	}
	return fs_write_atomic(AT_FDCWD, path, data->s, data->n, 0644, err);
}

static int put_metadata(const char *dir, const struct kernel *m, struct err *err)
{
	_cleanup_json_ struct json_object *o = json_encode(&kernel_table, m);
	_cleanup_free_ char *text = json_text(o, true);
	const struct strbuf meta = { .s = text, .n = strlen(text) };

	return put_file(dir, METADATA, &meta, NULL, err);
}

static int put_files(const char *dir, const struct store_new *w, const struct strbuf *elf,
                     struct err *err)
{
	struct kernel *m = w->meta;

	if (put_file(dir, "vmlinux", elf, &m->image_sha256, err) < 0)
		return -(int)err->code;
	if (memcmp(w->image->s, "\177ELF", 4) != 0 &&
	    put_file(dir, "vmlinuz", w->image, &m->vmlinuz_sha256, err) < 0)
		return -(int)err->code;
	if (w->config && w->config->n &&
	    put_file(dir, "config", w->config, &m->config_sha256, err) < 0)
		return -(int)err->code;
	return put_metadata(dir, m, err);
}

static int8_t configured_sched_ext(const char *config)
{
	_cleanup_free_ char *value = kconfig_value(config, "CONFIG_SCHED_CLASS_EXT");

	return value != NULL;
}

/* Fills in the facts from the ELF. For sched_ext, the configuration counts more than the ELF. */
static int fill_facts(const struct store_new *w, const struct strbuf *elf, struct err *err)
{
	struct kernel *m = w->meta;
	struct image_facts facts;
	struct utsname uts;

	if (image_facts(elf->s, elf->n, &facts, err) < 0)
		return -(int)err->code;
	if (!facts.release)
		return err_set(err, ERR_FORMAT, "the image does not contain its release");
	free(m->release);
	m->release = facts.release;
	free(m->version);
	m->version = version_of_release(m->release);
	if (!m->version)
		m->version = xstrdup(m->release);
	m->btf = facts.btf;
	m->pvh = facts.pvh;
	m->sched_ext = facts.sched_ext;
	if (w->config && w->config->n)
		m->sched_ext = configured_sched_ext(w->config->s);
	uname(&uts);
	free(m->arch);
	m->arch = xstrdup(uts.machine);
	free(m->added);
	m->added = clock_format_utc(time(NULL));
	return 0;
}

/* Replaces an entry. The old one is renamed first; a crash leaves one entry or none, never a
 * half-made one. */
static int move_in(const char *temp, const char *dir, struct err *err)
{
	_cleanup_free_ char *old = xasprintf("%s.old", temp);

	if (rename(dir, old) < 0 && errno != ENOENT)
		return err_sys(err, errno, "%s", dir);
	if (rename(temp, dir) < 0)
		return err_sys(err, errno, "%s", dir);
	return fs_remove_tree(AT_FDCWD, old, err);
}

/* Removes temporary folders of processes that died before cleaning up. */
static void sweep(const char *root)
{
	_cleanup_strv_ struct strv names = STRV_INIT;
	struct err ignored = ERR_INIT;

	if (fs_list(AT_FDCWD, root, &names, &ignored) < 0)
		return;
	strv_each (&names, i) {
		_cleanup_free_ char *path = fs_join(root, names.v[i]);

		if (starts_with(names.v[i], TEMP_PREFIX))
			(void)!fs_remove_tree(AT_FDCWD, path, &ignored);
	}
}

static int lock_store(const char *root, int *fd, struct err *err)
{
	_cleanup_free_ char *path = fs_join(root, ".lock");

	if (fs_mkdir_p(AT_FDCWD, root, err) < 0)
		return -(int)err->code;
	*fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (*fd < 0 || flock(*fd, LOCK_EX) < 0)
		return err_sys(err, errno, "%s", path);
	return 0;
}

int store_add_config(struct kernel *k, const struct strbuf *config, const char *from,
                     struct err *err)
{
	_cleanup_free_ char *root = NULL;
	_cleanup_close_ int lock = -1;

	if (kernel_store_dir(&root, err) < 0 || lock_store(root, &lock, err) < 0 ||
	    put_file(k->dir, "config", config, &k->config_sha256, err) < 0)
		return -(int)err->code;
	free(k->config_from);
	k->config_from = xstrdup(from);
	k->sched_ext = configured_sched_ext(config->s);
	if (put_metadata(k->dir, k, err) < 0)
		return err_wrap(err, "kernel store");
	free(k->config);
	k->config = fs_join(k->dir, "config");
	k->bytes += config->n;
	return 0;
}

/* The configuration that comes with the image, else the one inside it. */
static int choose_config(const struct store_new *w, const struct strbuf *elf,
                         struct strbuf *embedded, struct store_new *out, struct err *err)
{
	int r;

	*out = *w;
	if (w->config && w->config->n)
		return 0;
	r = kconfig_embedded(elf->s, elf->n, embedded, err);
	if (r <= 0)
		return r;
	out->config = embedded;
	free(w->meta->config_from);
	w->meta->config_from = xstrdup(CONFIG_EMBEDDED);
	return 0;
}

int store_put(const struct store_new *what, struct kernel *out, struct err *err)
{
	_cleanup_strbuf_ struct strbuf embedded = STRBUF_INIT;
	_cleanup_strbuf_ struct strbuf elf = STRBUF_INIT;
	_cleanup_free_ char *root = NULL;
	_cleanup_free_ char *name = NULL;
	_cleanup_free_ char *dir = NULL;
	_cleanup_free_ char *temp = NULL;
	_cleanup_close_ int lock = -1;
	struct store_new chosen, *w = &chosen;
	char sha[65];

	if (image_extract(what->image->s, what->image->n, &elf, err) < 0 ||
	    choose_config(what, &elf, &embedded, w, err) < 0 || fill_facts(w, &elf, err) < 0 ||
	    kernel_store_dir(&root, err) < 0 || lock_store(root, &lock, err) < 0)
		return -(int)err->code;
	mem_sha256(elf.s, elf.n, sha);
	name = w->by_content ? xasprintf("%s~%.8s", w->meta->release, sha)
	                     : xstrdup(w->meta->release);
	dir = fs_join(root, name);
	sweep(root); /* we hold the lock, so the processes that made them have ended */
	temp = xasprintf("%s/%s%d", root, TEMP_PREFIX, (int)getpid());
	if (fs_mkdir_p(AT_FDCWD, temp, err) < 0 || put_files(temp, w, &elf, err) < 0 ||
	    move_in(temp, dir, err) < 0) {
		struct err ignored = ERR_INIT;

		(void)!fs_remove_tree(AT_FDCWD, temp, &ignored);
		return err_wrap(err, "kernel store");
	}
	read_entry(dir, name, out);
	return 0;
}
