/* SPDX-License-Identifier: GPL-2.0-only */
/* A record's file: its name, which follows from the record's identity, and reading it. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "sidecar/sidecar.h"

#define SUFFIX        ".ktstr.json"
#define TEST_NAME_MAX 160 /* a file name has at most 255 bytes; suffixes follow the stem */

/* The length stands before each value, so that no two identities give the same text. */
static void add_value(struct strbuf *b, const char *v)
{
	if (v)
		strbuf_addf(b, "%zu:%s;", strlen(v), v);
	else
		strbuf_adds(b, "-;");
}

static void add_set(struct strbuf *b, const struct strv *list)
{
	_cleanup_strv_ struct strv sorted = STRV_INIT;

	strv_copy(&sorted, list);
	strv_sort(&sorted);
	strbuf_addf(b, "%zu[", sorted.n);
	strv_each (&sorted, i)
		add_value(b, sorted.v[i]);
	strbuf_adds(b, "]");
}

static void add_identity(struct strbuf *b, const struct json_field *f, const void *p)
{
	strbuf_addf(b, "%s=", f->name);
	if (f->kind == JSON_STR)
		add_value(b, *(char *const *)p);
	else if (f->kind == JSON_STRV)
		add_set(b, p);
	else if (f->kind == JSON_U32)
		strbuf_addf(b, "%" PRIu32 ";", *(const uint32_t *)p);
}

/* Most records do not have it. Where it is missing it does not count, so that their names stay. */
static bool is_rare(const struct json_field *f)
{
	return f->off == offsetof(struct sidecar, beside);
}

static bool counts(const struct sidecar *s, const struct json_field *f)
{
	return f->flags & JSON_IDENTITY && (!is_rare(f) || s->beside);
}

static void identity_hash(const struct sidecar *s, char *hex)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	for (size_t i = 0; i < sidecar_table.n; i++) {
		const struct json_field *f = &sidecar_table.fields[i];

		if (counts(s, f))
			add_identity(&b, f, (const char *)s + f->off);
	}
	mem_sha256(strbuf_cstr(&b), b.n, hex);
}

char *sidecar_label(const char *name, const char *sha256)
{
	return xasprintf("%s@%.6s", name, sha256);
}

char *sidecar_stem(const struct sidecar *s)
{
	_cleanup_free_ char *name = xstrndup(s->test_name ? s->test_name : "", TEST_NAME_MAX);
	char hex[65];

	for (char *c = name; *c; c++)
		if (!isascii((unsigned char)*c) ||
		    (!isalnum((unsigned char)*c) && !strchr("_-+,=@", *c)))
			*c = '_';
	identity_hash(s, hex);
	return xasprintf("%s-%.16s", *name ? name : "_", hex);
}

char *sidecar_file_name(const struct sidecar *s)
{
	_cleanup_free_ char *stem = sidecar_stem(s);

	return xasprintf("%s" SUFFIX, stem);
}

bool sidecar_is_file_name(const char *name)
{
	return name[0] != '.' && ends_with(name, ".json") && strstr(name, ".ktstr.");
}

static int open_limited(int dirfd, const char *path, size_t *size, struct err *err)
{
	struct stat st;
	_cleanup_close_ int fd = fs_open_regular(dirfd, path, O_NOFOLLOW, &st, err);

	if (fd < 0)
		return -(int)err->code;
	if (st.st_size > (off_t)SIDECAR_MAX)
		return err_set(err, ERR_LIMIT, "%s: longer than %u bytes", path, SIDECAR_MAX);
	*size = (size_t)st.st_size;
	return steal_fd(&fd);
}

static int read_text(int dirfd, const char *path, struct strbuf *text, struct err *err)
{
	size_t size = 0;
	_cleanup_close_ int fd = open_limited(dirfd, path, &size, err);
	ssize_t got = 1;

	if (fd < 0)
		return -(int)err->code;
	strbuf_reset(text);
	strbuf_reserve(text, size);
	while (text->n < size && got > 0) {
		got = read(fd, text->s + text->n, size - text->n);
		if (got < 0)
			return err_sys(err, errno, "%s", path);
		text->n += (size_t)got;
	}
	text->s[text->n] = '\0';
	return 0;
}

int sidecar_decode(const char *text, size_t n, struct sidecar *out, struct err *err)
{
	return json_decode(&sidecar_table, text, n, out, err);
}

int sidecar_read(int dirfd, const char *path, struct sidecar *out, struct err *err)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;

	if (read_text(dirfd, path, &text, err) < 0)
		return -(int)err->code;
	if (sidecar_decode(text.s, text.n, out, err) < 0)
		return err_wrap(err, "%s", path);
	return 0;
}

int sidecar_read_brief(int dirfd, const char *path, struct sidecar_brief *b, struct sidecar *out,
                       struct err *err)
{
	struct json_part part = { .without = JSON_DETAIL, .raw = &host_table };

	if (read_text(dirfd, path, &b->text, err) < 0)
		return -(int)err->code;
	if (json_decode_part(&sidecar_table, (struct json_span){ b->text.s, b->text.n }, &part, out,
	                     err) < 0)
		return err_wrap(err, "%s", path);
	b->host = part.span;
	return 0;
}
