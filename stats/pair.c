/* SPDX-License-Identifier: GPL-2.0-only */
#include "stats/pair.h"

#include "base/mem.h"
#include "base/strbuf.h"

static const struct {
	unsigned int bit;
	const char *name;
	size_t off;
} own_parts[] = {
	{ JOIN_TEST, "test", offsetof(struct row, test) },
	{ JOIN_FLAGS, "flags", offsetof(struct row, flags) },
	{ JOIN_PAYLOAD, "payload", offsetof(struct row, payload_names) },
};

void rows_done(struct rows *r)
{
	free(r->v);
	*r = (struct rows){ 0 };
}

const struct row *rows_first(const struct rows side[SIDES])
{
	for (int s = 0; s < SIDES; s++)
		if (side[s].n)
			return side[s].v[0];
	return NULL;
}

static unsigned int role_bits(enum dim_role role)
{
	unsigned int bits = 0;

	for (int d = 0; d < DIM_COUNT; d++)
		if (dim_defs[d].role == role)
			bits |= 1u << d;
	return bits;
}

unsigned int join_parts(unsigned int slicing, unsigned int used)
{
	unsigned int parts = JOIN_TEST | JOIN_FLAGS | JOIN_PAYLOAD | role_bits(DIM_IDENTITY) |
	                     role_bits(DIM_SETTING) | (role_bits(DIM_PROVENANCE) & used);

	parts &= ~slicing;
	/* Flags belong to the scheduler: if the sides differ in it, these do not join either. Sysctls and
	 * kernel arguments follow from the dimensions; they are no parts. */
	return slicing & 1u << DIM_SCHEDULER ? parts & ~JOIN_FLAGS : parts;
}

static bool is_commit(unsigned int part)
{
	return part < DIM_COUNT && dim_defs[part].match == dim_match_commit;
}

const char *join_part_text(const struct row *r, unsigned int part, size_t *len)
{
	const char *s;

	if (part < DIM_COUNT)
		s = r->dim[part];
	else
		s = *(char *const *)((const char *)r + own_parts[part - DIM_COUNT].off);
	s = s ? s : "";
	*len = is_commit(part) ? dim_commit_len(s) : strlen(s);
	return s;
}

const char *join_part_name(unsigned int part)
{
	return part < DIM_COUNT ? dim_defs[part].name : own_parts[part - DIM_COUNT].name;
}

static void make_key(const struct row *r, unsigned int parts, struct strbuf *key)
{
	strbuf_reset(key);
	for (unsigned int p = 0; p < JOIN_PARTS; p++) {
		size_t len;
		const char *s;

		if (!(parts & 1u << p))
			continue;
		s = join_part_text(r, p, &len);
		strbuf_add(key, &len, sizeof(len));
		strbuf_add(key, s, len);
	}
}

/* The parts of a key that describe the settings and not the test. */
static unsigned int setting_of(unsigned int parts)
{
	return parts & (role_bits(DIM_SETTING) | role_bits(DIM_PROVENANCE));
}

static void add_rows(struct join *j, struct index *keys, const struct rows *rows, int side)
{
	_cleanup_strbuf_ struct strbuf key = STRBUF_INIT;

	for (size_t i = 0; i < rows->n; i++) {
		size_t at;
		struct rows *to;

		make_key(rows->v[i], j->parts, &key);
		at = index_add(keys, strbuf_cstr(&key), key.n);
		if (at == j->n)
			xgrow(j->pairs, j->n);
		to = &j->pairs[at].side[side];
		*xgrow(to->v, to->n) = rows->v[i];
	}
}

static void add_keys(struct index *seen, unsigned int setting, const struct rows *rows)
{
	_cleanup_strbuf_ struct strbuf key = STRBUF_INIT;

	for (size_t i = 0; i < rows->n; i++) {
		make_key(rows->v[i], setting, &key);
		index_add(seen, strbuf_cstr(&key), key.n);
	}
}

/* Marks the pairs that have nothing on `side` because it has no result under their settings. */
static void mark_elsewhere(struct join *j, const struct rows *rows, int side)
{
	_cleanup_strbuf_ struct strbuf key = STRBUF_INIT;
	_cleanup_index_ struct index seen = { 0 };
	unsigned int setting = setting_of(j->parts);

	add_keys(&seen, setting, rows);
	for (size_t i = 0; i < j->n; i++) {
		struct pair *p = &j->pairs[i];

		if (p->side[side].n)
			continue;
		make_key(p->side[!side].v[0], setting, &key);
		p->elsewhere = index_find(&seen, strbuf_cstr(&key), key.n) == INDEX_NONE;
	}
}

void join_rows(unsigned int parts, const struct rows *a, const struct rows *b, struct join *out)
{
	_cleanup_index_ struct index keys = { 0 };

	*out = (struct join){ .parts = parts };
	add_rows(out, &keys, a, SIDE_A);
	add_rows(out, &keys, b, SIDE_B);
	for (size_t i = 0; i < out->n; i++)
		out->matched += out->pairs[i].side[SIDE_A].n && out->pairs[i].side[SIDE_B].n;
	mark_elsewhere(out, a, SIDE_A);
	mark_elsewhere(out, b, SIDE_B);
}

void join_done(struct join *j)
{
	for (size_t i = 0; i < j->n; i++) {
		rows_done(&j->pairs[i].side[SIDE_A]);
		rows_done(&j->pairs[i].side[SIDE_B]);
	}
	free(j->pairs);
	*j = (struct join){ 0 };
}

static bool would_match(unsigned int parts, const struct rows *a, const struct rows *b)
{
	_cleanup_index_ struct index keys = { 0 };
	_cleanup_strbuf_ struct strbuf key = STRBUF_INIT;

	add_keys(&keys, parts, a);
	for (size_t i = 0; i < b->n; i++) {
		make_key(b->v[i], parts, &key);
		if (index_find(&keys, strbuf_cstr(&key), key.n) != INDEX_NONE)
			return true;
	}
	return false;
}

unsigned int join_culprits(unsigned int parts, const struct rows *a, const struct rows *b)
{
	unsigned int left = parts & ~JOIN_TEST, all = 0;

	if (!would_match(JOIN_TEST, a, b))
		return 0;
	for (unsigned int p = 0; p < JOIN_PARTS; p++)
		if (left & 1u << p && would_match(parts & ~(1u << p), a, b))
			return 1u << p;
	/* No single part is enough: drop each part that prevents a match, until something matches. */
	for (unsigned int p = 0; p < JOIN_PARTS; p++) {
		if (!(left & 1u << p) || would_match((parts & JOIN_TEST) | 1u << p, a, b))
			continue;
		all |= 1u << p;
		if (would_match(parts & ~all, a, b))
			break;
	}
	return all ? all : left;
}

void join_example(unsigned int parts, const struct rows *a, const struct rows *b,
                  const struct row *example[SIDES])
{
	_cleanup_free_ const struct row **first = xcalloc(a->n + 1, sizeof(*first));
	_cleanup_index_ struct index keys = { 0 };
	_cleanup_strbuf_ struct strbuf key = STRBUF_INIT;
	size_t at;

	for (size_t i = 0; i < a->n; i++) {
		make_key(a->v[i], parts, &key);
		at = index_add(&keys, strbuf_cstr(&key), key.n);
		first[at] = first[at] ? first[at] : a->v[i];
	}
	for (size_t i = 0; i < b->n; i++) {
		make_key(b->v[i], parts, &key);
		at = index_find(&keys, strbuf_cstr(&key), key.n);
		if (at == INDEX_NONE)
			continue;
		example[SIDE_A] = first[at];
		example[SIDE_B] = b->v[i];
		return;
	}
}
