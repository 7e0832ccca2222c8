/* SPDX-License-Identifier: GPL-2.0-only */
#include <elf.h>
#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/parse.h"
#include "harness/resource.h"
#include "harness/scheduler_spec.h"
#include "harness/wire/job.h"
#include "sidecar/commit.h"

static const char *const kind_text[] = {
#define X(e, name) [e] = name,
	SCHEDULER_KINDS(X)
#undef X
};
const struct json_names scheduler_kind_names = JSON_NAMES(kind_text);

struct head {
	Elf64_Ehdr eh; /* the file's first bytes, whatever they are */
	size_t n;
};

static int read_head(const char *path, struct head *out, struct err *err)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : pread(fd, &out->eh, sizeof(out->eh), 0);

	if (n < 0)
		return err_path(err, errno, path);
	out->n = (size_t)n;
	return 0;
}

static bool is_elf(const struct head *h)
{
	return h->n == sizeof(h->eh) && memcmp(h->eh.e_ident, ELFMAG, SELFMAG) == 0;
}

/* SCHEDULER_KERNEL: neither object nor executable. */
static enum scheduler_kind kind_of(const struct head *h)
{
	if (h->n >= 2 && memcmp(&h->eh, "#!", 2) == 0)
		return SCHEDULER_EXECUTABLE;
	if (!is_elf(h))
		return SCHEDULER_KERNEL;
	if (h->eh.e_type == ET_EXEC || h->eh.e_type == ET_DYN)
		return SCHEDULER_EXECUTABLE;
	if (h->eh.e_ident[EI_CLASS] == ELFCLASS64 && h->eh.e_machine == EM_BPF &&
	    h->eh.e_type == ET_REL)
		return SCHEDULER_OBJECT;
	return SCHEDULER_KERNEL;
}

/* Anything that no guest could run is refused before a VM boots. */
static int check_file(const char *path, enum scheduler_kind *out, struct err *err)
{
	struct head h;

	if (read_head(path, &h, err) < 0)
		return -(int)err->code;
	if (kind_of(&h) == SCHEDULER_KERNEL)
		return err_set(err, ERR_FORMAT,
		               is_elf(&h) ? "%s: not a BPF object: compile it with `clang -target "
		                            "bpf -g -c`"
		                          : "%s: not a BPF object, nor an executable: no ELF "
		                            "header, no #!",
		               path);
	*out = kind_of(&h);
	return 0;
}

static char *name_of_file(const char *path)
{
	const char *base = fs_basename(path);
	size_t n = strlen(base);

	if (ends_with(base, ".bpf.o"))
		n -= strlen(".bpf.o");
	else if (ends_with(base, ".o"))
		n -= strlen(".o");
	return xstrndup(base, n);
}

static int identify(const char *path, struct scheduler_spec *s, struct err *err)
{
	char sha[65];

	if (fs_sha256(AT_FDCWD, path, sha, err) < 0)
		return -(int)err->code;
	s->sha256 = xstrdup(sha);
	if (!s->name)
		s->name = name_of_file(path);
	if (commit_of(path, true, &s->commit, err) < 0)
		err_clear(err); /* only provenance: a broken repository does not stop a test */
	return 0;
}

/* Puts the absolute path in front of the arguments. */
static int take_executable(const char *path, struct scheduler_spec *s, struct err *err)
{
	_cleanup_free_ char *absolute = realpath(path, NULL);
	struct strv argv = STRV_INIT;

	if (!absolute)
		return err_path(err, errno, path);
	if (access(absolute, X_OK) < 0)
		return err_sys(err, errno, "%s: cannot be executed", path);
	strv_take(&argv, steal_ptr(&absolute));
	strv_copy(&argv, &s->argv);
	strv_done(&s->argv);
	s->argv = argv;
	return 0;
}

static int from_path(const char *path, struct scheduler_spec *s, struct err *err)
{
	if (check_file(path, &s->kind, err) < 0)
		return -(int)err->code;
	if (s->kind == SCHEDULER_OBJECT)
		s->object = xstrdup(path);
	else if (take_executable(path, s, err) < 0)
		return -(int)err->code;
	return identify(path, s, err);
}

static int from_command_line(const char *line, struct scheduler_spec *s, struct err *err)
{
	_cleanup_strv_ struct strv words = STRV_INIT;
	_cleanup_free_ char *path = NULL;

	if (parse_words(line, SCHEDULER_EXEC, &words, err) < 0)
		return -(int)err->code;
	if (!words.n)
		return err_set(err, ERR_USAGE, SCHEDULER_EXEC " names no program");
	path = fs_which(words.v[0]);
	if (!path)
		return err_set(err, ERR_NOT_FOUND, "there is no executable \"%s\"", words.v[0]);
	for (size_t i = 1; i < words.n; i++)
		strv_add(&s->argv, words.v[i]);
	if (from_path(path, s, err) < 0)
		return -(int)err->code;
	if (s->kind != SCHEDULER_EXECUTABLE)
		return err_set(err, ERR_USAGE, "%s is a BPF object: leave out " SCHEDULER_EXEC,
		               path);
	return 0;
}

static int unknown(const char *spec, const struct strv *bundled, struct err *err)
{
	_cleanup_free_ char *list = strv_join(bundled, ", ");
	const char *near = parse_suggest(spec, (const char *const *)bundled->v, bundled->n);

	return err_set(
		err, ERR_USAGE,
		"no scheduler \"%s\"%s%s%s: there are %s; or give the path of a .bpf.o or an "
		"executable",
		spec, near ? ", did you mean \"" : "", near ? near : "", near ? "\"?" : "", list);
}

static int from_name(const char *name, struct scheduler_spec *s, struct err *err)
{
	_cleanup_strv_ struct strv bundled = STRV_INIT;
	_cleanup_free_ char *path = NULL, *file = xasprintf("schedulers/%s.bpf.o", name);

	strv_add(&bundled, KERNEL_SCHEDULER);
	if (resource_schedulers(&bundled, err) < 0)
		return -(int)err->code;
	if (!strv_has(&bundled, name))
		return unknown(name, &bundled, err);
	s->name = xstrdup(name);
	s->bundled = true;
	if (streq(name, KERNEL_SCHEDULER))
		return 0;
	return resource_path(file, &path, err) < 0 ? -(int)err->code : from_path(path, s, err);
}

int scheduler_parse_attach_timeout(const char *text, uint64_t *out, struct err *err)
{
	uint64_t ns;

	if (parse_duration_ns(text, "--attach-timeout", &ns, err) < 0)
		return -(int)err->code;
	if (ns < NS_PER_MS || ns > 3600 * NS_PER_SEC)
		return err_set(err, ERR_USAGE, "--attach-timeout: %s is not from 1ms to 3600s",
		               text);
	*out = ns;
	return 0;
}

int scheduler_spec_resolve(const char *spec, struct scheduler_spec *out, struct err *err)
{
	struct scheduler_spec s = { .kind = SCHEDULER_KERNEL, .spec = xstrdup(spec) };
	int r;

	if (starts_with(spec, SCHEDULER_EXEC))
		r = from_command_line(spec + strlen(SCHEDULER_EXEC), &s, err);
	else if (strchr(spec, '/') || ends_with(spec, ".o"))
		r = from_path(spec, &s, err);
	else
		r = from_name(spec, &s, err);
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
	strv_done(&s->argv);
	free(s->spec);
	free(s->sha256);
	free(s->commit);
	scheduler_settings_done(&s->settings);
	*s = (struct scheduler_spec){ 0 };
}

void scheduler_settings_add(struct scheduler_settings *dst, const struct scheduler_settings *src)
{
#define X(member, option) strv_copy(&dst->member, &src->member);
	SCHEDULER_SETTINGS(X)
#undef X
	if (!src->ops_map)
		return;
	free(dst->ops_map);
	dst->ops_map = xstrdup(src->ops_map);
}

void scheduler_settings_done(struct scheduler_settings *s)
{
#define X(member, option) strv_done(&s->member);
	SCHEDULER_SETTINGS(X)
#undef X
	free(s->ops_map);
	*s = (struct scheduler_settings){ 0 };
}

bool scheduler_settings_any(const struct scheduler_settings *s)
{
	size_t n = 0;

#define X(member, option) n += s->member.n;
	SCHEDULER_SETTINGS(X)
#undef X
	return n || s->ops_map;
}
