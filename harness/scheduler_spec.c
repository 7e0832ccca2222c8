/* SPDX-License-Identifier: GPL-2.0-only */
#include <elf.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/parse.h"
#include "harness/resource.h"
#include "harness/scheduler_spec.h"
#include "harness/wire/job.h"
#include "sidecar/commit.h"

#define OBJECT_MAX_BYTES (64u << 20)

/* A BPF object is a relocatable ELF file for the BPF machine. Anything else is refused before a VM
 * boots. */
static int check_object(const char *path, struct err *err)
{
	_cleanup_strbuf_ struct strbuf data = STRBUF_INIT;
	Elf64_Ehdr eh;

	if (fs_read(AT_FDCWD, path, OBJECT_MAX_BYTES, &data, err) < 0)
		return -(int)err->code;
	if (data.n < sizeof(eh))
		return err_set(err, ERR_FORMAT, "%s: not a BPF object: too short", path);
	memcpy(&eh, data.s, sizeof(eh));
	if (memcmp(eh.e_ident, ELFMAG, SELFMAG) != 0)
		return err_set(err, ERR_FORMAT, "%s: not a BPF object: no ELF header", path);
	if (eh.e_ident[EI_CLASS] != ELFCLASS64 || eh.e_machine != EM_BPF || eh.e_type != ET_REL)
		return err_set(err, ERR_FORMAT,
		               "%s: not a BPF object: compile it with `clang -target bpf -g -c`",
		               path);
	return 0;
}

static int from_path(const char *path, struct scheduler_spec *s, struct err *err)
{
	const char *base = fs_basename(path);
	size_t n = strlen(base);
	char sha[65];

	if (check_object(path, err) < 0 || fs_sha256(AT_FDCWD, path, sha, err) < 0)
		return -(int)err->code;
	if (ends_with(base, ".bpf.o"))
		n -= strlen(".bpf.o");
	else if (ends_with(base, ".o"))
		n -= strlen(".o");
	s->object = xstrdup(path);
	s->sha256 = xstrdup(sha);
	if (!s->name)
		s->name = xstrndup(base, n);
	if (commit_of(path, true, &s->commit, err) < 0)
		err_clear(err); /* only provenance: a broken repository does not stop a test */
	return 0;
}

static int unknown(const char *spec, const struct strv *bundled, struct err *err)
{
	_cleanup_free_ char *list = strv_join(bundled, ", ");
	const char *near = parse_suggest(spec, (const char *const *)bundled->v, bundled->n);

	return err_set(err, ERR_USAGE,
	               "no scheduler \"%s\"%s%s%s: there are %s; or give the path of a .bpf.o",
	               spec, near ? ", did you mean \"" : "", near ? near : "", near ? "\"?" : "",
	               list);
}

int scheduler_spec_resolve(const char *spec, struct scheduler_spec *out, struct err *err)
{
	struct scheduler_spec s = { .spec = xstrdup(spec) };
	_cleanup_strv_ struct strv bundled = STRV_INIT;
	_cleanup_free_ char *path = NULL;
	_cleanup_free_ char *name = NULL;
	int r = 0;

	strv_add(&bundled, KERNEL_SCHEDULER);
	if (resource_schedulers(&bundled, err) < 0) {
		r = -(int)err->code;
	} else if (streq(spec, KERNEL_SCHEDULER)) {
		s.name = xstrdup(spec);
	} else if (strv_has(&bundled, spec)) {
		s.name = xstrdup(spec);
		name = xasprintf("schedulers/%s.bpf.o", spec);
		r = resource_path(name, &path, err);
		if (r == 0)
			r = from_path(path, &s, err);
	} else if (strchr(spec, '/') || ends_with(spec, ".o")) {
		r = from_path(spec, &s, err);
	} else {
		r = unknown(spec, &bundled, err);
	}
	if (r < 0) {
		scheduler_spec_done(&s);
		return err_wrap(err, "scheduler");
	}
	*out = s;
	return 0;
}

void scheduler_spec_done(struct scheduler_spec *s)
{
	free(s->name);
	free(s->object);
	free(s->spec);
	free(s->sha256);
	free(s->commit);
	scheduler_settings_done(&s->settings);
	*s = (struct scheduler_spec){ 0 };
}

void scheduler_settings_add(struct scheduler_settings *dst, const struct scheduler_settings *src)
{
	strv_copy(&dst->set, &src->set);
	strv_copy(&dst->ops, &src->ops);
	strv_copy(&dst->maps, &src->maps);
	strv_copy(&dst->resize, &src->resize);
	strv_copy(&dst->run_progs, &src->run_progs);
	if (!src->ops_map)
		return;
	free(dst->ops_map);
	dst->ops_map = xstrdup(src->ops_map);
}

void scheduler_settings_done(struct scheduler_settings *s)
{
	strv_done(&s->set);
	strv_done(&s->ops);
	strv_done(&s->maps);
	strv_done(&s->resize);
	strv_done(&s->run_progs);
	free(s->ops_map);
	*s = (struct scheduler_settings){ 0 };
}

bool scheduler_settings_any(const struct scheduler_settings *s)
{
	return s->set.n || s->ops.n || s->maps.n || s->resize.n || s->run_progs.n || s->ops_map;
}
