/* SPDX-License-Identifier: GPL-2.0-only */
/* Writes values, given as text, as bytes of their BTF type. All supported machines are
 * little-endian. */
#include <errno.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/parse.h"
#include "base/strbuf.h"
#include "harness/object/object_priv.h"

/* Of 4 bytes, or of 8. */
static uint64_t enumerator_value(const struct btf_type *t, uint32_t i)
{
	uint64_t v = btf_is_enum64(t) ? btf_enum64_value(&btf_enum64(t)[i])
	                              : (uint64_t)(int64_t)btf_enum(t)[i].val;

	return btf_is_enum(t) && !btf_kflag(t) ? v & UINT32_MAX : v;
}

bool object_enumerator(const struct btf *btf, const char *name, uint64_t *value, bool *negative)
{
	for (uint32_t id = 1; btf && id < btf__type_cnt(btf); id++) {
		const struct btf_type *t = btf__type_by_id(btf, id);

		for (uint32_t i = 0; btf_is_any_enum(t) && i < btf_vlen(t); i++) {
			uint32_t off = btf_is_enum(t) ? btf_enum(t)[i].name_off
			                              : btf_enum64(t)[i].name_off;

			if (!streq(btf__name_by_offset(btf, off), name))
				continue;
			*value = enumerator_value(t, i);
			*negative = btf_kflag(t) && (int64_t)*value < 0;
			return true;
		}
	}
	return false;
}

/* Of integers, bools and enums: how many bits, and how they are read. false: the type is none. */
static bool scalar(const struct object *o, const struct object_place *at, uint32_t *bits,
                   bool *is_signed, bool *is_bool)
{
	uint32_t id = at->type_id;
	const struct btf_type *t = object_real_type(o->btf, id, &id);

	*is_signed = *is_bool = false;
	if (!t || !(btf_is_int(t) || btf_is_any_enum(t)))
		return false;
	if (btf_is_int(t)) {
		*is_bool = btf_int_encoding(t) & BTF_INT_BOOL;
		*is_signed = btf_int_encoding(t) & BTF_INT_SIGNED;
	} else {
		*is_signed = btf_kflag(t);
	}
	*bits = at->bits ? at->bits : t->size * 8;
	return t->size <= sizeof(uint64_t) && *bits <= 64;
}

/* false: the section ends before them. */
static bool put_bits(const struct object_place *at, uint32_t bits, uint64_t value)
{
	uint8_t *bytes = object_bytes(at, (at->bit_offset + bits + 7) / 8);

	for (uint32_t i = 0; bytes && i < bits; i++) {
		uint32_t bit = at->bit_offset + i;
		uint8_t *byte = bytes + bit / 8, mask = (uint8_t)(1u << bit % 8);

		*byte = (uint8_t)((value >> i & 1) ? *byte | mask : *byte & ~mask);
	}
	return bytes != NULL;
}

bool object_write_int(const struct object *o, const struct object_place *at, uint64_t value)
{
	bool is_signed, is_bool;
	uint32_t bits;

	return scalar(o, at, &bits, &is_signed, &is_bool) &&
	       put_bits(at, bits, is_bool ? value != 0 : value);
}

/* At each `sep`, without the blanks around it: "" gives one empty part. */
static void split(struct strv *out, const char *text, char sep)
{
	for (const char *end;; text = end + 1) {
		size_t n;

		text += strspn(text, " ");
		end = strchrnul(text, sep);
		n = (size_t)(end - text);
		while (n && text[n - 1] == ' ')
			n--;
		strv_take(out, xstrndup(text, n));
		if (!*end)
			return;
	}
}

/* One number, or an enumerator of the object or the kernel; *negative: it is below 0. */
static int read_term(const struct object *o, const char *text, uint64_t *out, bool *negative,
                     struct err *err)
{
	char *end;

	if (object_enumerator(o->btf, text, out, negative) ||
	    object_enumerator(o->kernel, text, out, negative))
		return 0;
	if (!*text)
		return err_set(err, ERR_USAGE, "a value is empty");
	*negative = *text == '-';
	errno = 0;
	*out = strtoull(text, &end,
	                text[*negative] == '0' && (text[*negative + 1] | 32) == 'x' ? 16 : 10);
	if (text[*negative] < '0' || text[*negative] > '9' || *end)
		return err_set(err, ERR_USAGE, "\"%s\" is neither a number nor an enumerator%s",
		               text, o->kernel ? "" : " of the object");
	if (parse_is_padded(text + *negative))
		return err_set(err, ERR_USAGE,
		               "\"%s\" has a leading zero: write the number without it, "
		               "or as 0x…",
		               text);
	return errno ? err_set(err, ERR_USAGE, "\"%s\" does not fit 64 bits", text) : 0;
}

static int read_int(const struct object *o, const char *text, uint64_t *out, bool *negative,
                    struct err *err)
{
	_cleanup_strv_ struct strv terms = STRV_INIT;

	split(&terms, text, '|');
	*out = 0;
	*negative = false;
	strv_each (&terms, i) {
		uint64_t term;
		bool minus;

		if (read_term(o, terms.v[i], &term, &minus, err) < 0)
			return -(int)err->code;
		if (minus && terms.n > 1)
			return err_set(err, ERR_USAGE,
			               "\"%s\": a negative number cannot be joined with others",
			               text);
		*out |= term;
		*negative = minus;
	}
	return 0;
}

static int check_range(const char *text, uint64_t v, bool negative, uint32_t bits, bool is_signed,
                       struct err *err)
{
	uint64_t max = bits == 64 ? UINT64_MAX : (1ULL << bits) - 1;

	if (is_signed && negative && (int64_t)v >= -(int64_t)(max / 2) - 1 && (int64_t)v <= 0)
		return 0;
	if (!negative && v <= (is_signed ? max / 2 : max))
		return 0;
	if (is_signed)
		return err_set(err, ERR_USAGE, "%s is not in -%llu…%llu", text,
		               (unsigned long long)max / 2 + 1, (unsigned long long)max / 2);
	return err_set(err, ERR_USAGE, "%s is not in 0…%llu", text, (unsigned long long)max);
}

/* The BTF says more than the file has. */
static int outside(const struct object_place *at, struct err *err)
{
	return err_set(err, ERR_FORMAT, "ends after the %zu bytes of section %s", at->area->bytes,
	               at->area->name);
}

static int write_scalar(const struct object *o, const struct object_place *at, const char *text,
                        struct err *err)
{
	bool is_signed, is_bool, negative = false;
	uint64_t v = streq(text, "true");
	uint32_t bits;

	if (!scalar(o, at, &bits, &is_signed, &is_bool))
		return err_set(err, ERR_UNSUPPORTED,
		               "only integers, bools, enums, arrays of them and "
		               "text can be set");
	if (!streq(text, "true") && !streq(text, "false") &&
	    read_int(o, text, &v, &negative, err) < 0)
		return -(int)err->code;
	if (check_range(text, v, negative, is_bool ? 1 : bits, is_signed, err) < 0)
		return -(int)err->code;
	return put_bits(at, bits, v) ? 0 : outside(at, err);
}

static bool is_text(const struct object *o, const struct btf_array *a)
{
	const struct btf_type *t = object_real_type(o->btf, a->type, NULL);

	return t && btf_is_int(t) && t->size == 1 &&
	       (btf_int_encoding(t) & BTF_INT_CHAR ||
	        streq(btf__name_by_offset(o->btf, t->name_off), "char"));
}

static int write_text(const struct object_place *at, uint32_t room, const char *text,
                      struct err *err)
{
	uint8_t *bytes;

	if (strlen(text) >= room)
		return err_set(err, ERR_USAGE, "\"%s\" is longer than %u characters", text,
		               room ? room - 1 : 0);
	bytes = object_bytes(at, room);
	if (!bytes)
		return outside(at, err);
	memset(bytes, 0, room);
	memcpy(bytes, text, strlen(text));
	return 0;
}

/* "{1, 2}" as "1, 2". The caller frees. */
static char *without_braces(const char *text)
{
	size_t n = strlen(text);

	return *text == '{' && text[n - 1] == '}' ? xstrndup(text + 1, n - 2) : xstrdup(text);
}

static int write_list(const struct object *o, const struct object_place *at,
                      const struct btf_array *a, const char *text, struct err *err)
{
	_cleanup_strv_ struct strv items = STRV_INIT;
	_cleanup_free_ char *bare = without_braces(text);
	int64_t size = btf__resolve_size(o->btf, a->type);
	struct object_place item = *at;

	split(&items, bare, ',');
	if (items.n > a->nelems || size <= 0)
		return err_set(err, ERR_USAGE, "%zu values for %u elements", items.n, a->nelems);
	item.type_id = a->type;
	strv_each (&items, i) {
		item.offset = at->offset + i * (uint64_t)size;
		if (write_scalar(o, &item, items.v[i], err) < 0)
			return err_wrap(err, "[%zu]", i);
	}
	return 0;
}

int object_write(const struct object *o, const struct object_place *at, const char *what,
                 const char *value, struct err *err)
{
	const struct btf_type *t = object_real_type(o->btf, at->type_id, NULL);
	const struct btf_array *a = t && btf_is_array(t) ? btf_array(t) : NULL;
	int ret;

	if (a && is_text(o, a))
		ret = write_text(at, a->nelems, value, err);
	else if (a)
		ret = write_list(o, at, a, value, err);
	else if (t && btf_is_composite(t))
		ret = err_set(err, ERR_USAGE, "is a struct: name a member, %s.member=VALUE", what);
	else
		ret = write_scalar(o, at, value, err);
	return ret < 0 ? err_wrap(err, "%s", what) : 0;
}
