/* SPDX-License-Identifier: GPL-2.0-only */
#include <ctype.h>
#include <stdlib.h>
#include <zlib.h>

#include "base/mem.h"
#include "harness/kernel/kconfig.h"

#define CONFIG_MAX_BYTES (16u << 20)
#define IKCONFIG_MARK    "IKCFG_ST" /* kernel/configs.c */
#define OPTION_CHARS     "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"

/* One line that sets an option or says that it is not set. */
struct setting {
	const char *option; /* "CONFIG_X", borrowed */
	size_t option_n;
	const char *value; /* "n" for one that is not set */
	size_t value_n;
};

/* Parses the line at *p and moves *p to the next line. False: the line sets no option. */
static bool read_setting(const char **p, struct setting *s)
{
	static const char unset[] = " is not set";
	const char *line = *p, *name;
	size_t n = strcspn(line, "\n"), name_n;

	*p = line + n + (line[n] == '\n');
	name = starts_with(line, "# CONFIG_") ? line + 2 : line;
	if (!starts_with(name, "CONFIG_"))
		return false;
	name_n = strspn(name, OPTION_CHARS);
	*s = (struct setting){ .option = name, .option_n = name_n };
	if (name != line) {
		s->value = "n";
		s->value_n = 1;
		return strncmp(name + name_n, unset, sizeof(unset) - 1) == 0;
	}
	s->value = name + name_n + 1;
	s->value_n = (size_t)(line + n - s->value);
	while (s->value_n && isspace((unsigned char)s->value[s->value_n - 1]))
		s->value_n--;
	return name[name_n] == '=';
}

/* Finds the last setting of an option in the text. False: there is none. */
static bool find_setting(const char *text, const char *option, size_t n, struct setting *out)
{
	bool found = false;
	struct setting s;

	while (*text) {
		if (!read_setting(&text, &s) || s.option_n != n || memcmp(s.option, option, n) != 0)
			continue;
		*out = s;
		found = true;
	}
	return found;
}

static bool is_no(const struct setting *s)
{
	return s->value_n == 1 && s->value[0] == 'n';
}

char *kconfig_value(const char *config, const char *option)
{
	struct setting s;

	if (!find_setting(config, option, strlen(option), &s) || is_no(&s))
		return NULL;
	return xstrndup(s.value, s.value_n);
}

char *kconfig_merge(const char *base, const char *own)
{
	struct strbuf b = STRBUF_INIT;
	const char *p = base;
	struct setting s, other;

	while (*p) {
		const char *line = p;
		bool setting = read_setting(&p, &s);

		if (!setting || !find_setting(own, s.option, s.option_n, &other))
			strbuf_add(&b, line, (size_t)(p - line));
	}
	if (b.n && b.s[b.n - 1] != '\n')
		strbuf_adds(&b, "\n");
	strbuf_adds(&b, own);
	return strbuf_steal(&b);
}

void kconfig_lacking(const char *fragment, const char *config, struct strv *options)
{
	struct setting want, have;

	while (*fragment) {
		bool found;

		if (!read_setting(&fragment, &want))
			continue;
		found = find_setting(config, want.option, want.option_n, &have);
		if (found ? have.value_n == want.value_n &&
		                    memcmp(have.value, want.value, want.value_n) == 0
		          : is_no(&want))
			continue;
		strv_addf(options, "%.*s", (int)want.option_n, want.option);
	}
}

/* Whether a Kconfig line begins with `word`; if so, also what follows it. */
static bool keyword(const char *line, size_t n, const char *word, const char **rest, size_t *rest_n)
{
	size_t len = strlen(word);

	while (n && isspace((unsigned char)*line))
		line++, n--;
	if (n < len || strncmp(line, word, len) != 0 ||
	    (n > len && !isspace((unsigned char)line[len])))
		return false;
	line += len, n -= len;
	while (n && isspace((unsigned char)*line))
		line++, n--;
	*rest = line;
	*rest_n = n;
	return true;
}

char *kconfig_depends(const char *kconfig, const char *option)
{
	static const char *const ends[] = { "config", "menuconfig", "choice", "menu",
		                            "if",     "source",     "comment" };
	const char *name = option + strlen("CONFIG_"), *rest;
	_cleanup_strv_ struct strv found = STRV_INIT;
	bool here = false, known = false;
	size_t rest_n;

	while (*kconfig) {
		const char *line = kconfig;
		size_t n = strcspn(line, "\n");

		kconfig += n + (line[n] == '\n');
		for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
			if (!isspace((unsigned char)*line) &&
			    keyword(line, n, ends[i], &rest, &rest_n))
				here = i < 2 && rest_n == strlen(name) &&
				       memcmp(rest, name, rest_n) == 0;
		known |= here;
		here &= !keyword(line, n, "help", &rest, &rest_n);
		if (here && keyword(line, n, "depends", &rest, &rest_n) &&
		    keyword(rest, rest_n, "on", &rest, &rest_n))
			strv_addf(&found, "%.*s", (int)rest_n, rest);
	}
	return known ? strv_join(&found, " && ") : NULL;
}

static int gunzip(const void *data, size_t n, struct strbuf *out, struct err *err)
{
	z_stream z = { .next_in = (Bytef *)(uintptr_t)data,
		       .avail_in = n > UINT32_MAX ? UINT32_MAX : (uInt)n };
	size_t start = out->n;
	int r = inflateInit2(&z, 15 + 16); /* with a gzip header */

	while (r == Z_OK && out->n - start <= CONFIG_MAX_BYTES) {
		z.next_out = (Bytef *)strbuf_reserve(out, 1 << 16);
		z.avail_out = 1 << 16;
		r = inflate(&z, Z_NO_FLUSH);
		out->n += (1 << 16) - z.avail_out;
		out->s[out->n] = '\0';
	}
	inflateEnd(&z);
	if (r == Z_STREAM_END)
		return 0;
	out->n = start;
	return err_set(err, ERR_FORMAT, "the configuration inside the image is damaged");
}

int kconfig_embedded(const void *elf, size_t n, struct strbuf *out, struct err *err)
{
	const char *p = elf, *end = p + n;
	size_t mark = strlen(IKCONFIG_MARK);

	while ((p = memmem(p, (size_t)(end - p), IKCONFIG_MARK, mark))) {
		p += mark;
		if (end - p < 2 || memcmp(p, "\x1f\x8b", 2) != 0)
			continue; /* the marker's text occurs elsewhere in the kernel, too */
		return gunzip(p, (size_t)(end - p), out, err) < 0 ? -(int)err->code : 1;
	}
	return 0;
}
