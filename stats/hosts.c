/* SPDX-License-Identifier: GPL-2.0-only */
#include "stats/hosts.h"

#include "base/mem.h"

static void add_bytes(struct strbuf *b, const void *p, size_t n)
{
	strbuf_add(b, &n, sizeof(n));
	strbuf_add(b, p, n);
}

static void add_text(struct strbuf *b, const char *s)
{
	add_bytes(b, s ? s : "", s ? strlen(s) + 1 : 0);
}

static void key_str(struct strbuf *b, const void *p)
{
	add_text(b, *(char *const *)p);
}

static void key_strv(struct strbuf *b, const void *p)
{
	const struct strv *sv = p;

	strbuf_add(b, &sv->n, sizeof(sv->n));
	strv_each (sv, i)
		add_text(b, sv->v[i]);
}

static void key_strmap(struct strbuf *b, const void *p)
{
	const struct strmap *m = p;

	strbuf_add(b, &m->n, sizeof(m->n));
	strmap_each (m, i) {
		add_text(b, m->v[i].key);
		add_text(b, m->v[i].value);
	}
}

#define KEY_RAW(name, type)                                                                        \
	static void name(struct strbuf *b, const void *p)                                          \
	{                                                                                          \
		strbuf_add(b, p, sizeof(type));                                                    \
	}
KEY_RAW(key_tri, int8_t)
KEY_RAW(key_u32, uint32_t)
KEY_RAW(key_u64, uint64_t)
KEY_RAW(key_f64, double)

/* How a fact of each kind is added to the key. Encoding the host as JSON instead takes longer than
 * reading the sidecar. */
static void (*const key_of[])(struct strbuf *b, const void *p) = {
	[JSON_STR] = key_str, [JSON_STRV] = key_strv, [JSON_STRMAP] = key_strmap,
	[JSON_TRI] = key_tri, [JSON_BOOL] = key_tri,  [JSON_U32] = key_u32,
	[JSON_U64] = key_u64, [JSON_I64] = key_u64,   [JSON_F64] = key_f64,
	[JSON_F64MAP] = NULL,
};

static void host_key(const struct host *host, struct strbuf *b)
{
	for (size_t i = 0; i < host_table.n; i++) {
		const struct json_field *f = &host_table.fields[i];

		if (!(f->flags & JSON_STATE) && key_of[f->kind])
			key_of[f->kind](b, (const char *)host + f->off);
	}
}

void hosts_init(struct hosts *h)
{
	*h = (struct hosts){ 0 };
	pthread_mutex_init(&h->lock, NULL);
}

static void free_host(struct host *host)
{
	json_done(&host_table, host);
	free(host);
}

void hosts_done(struct hosts *h)
{
	for (size_t i = 0; i < h->n; i++)
		free_host(h->v[i]);
	free(h->v);
	index_done(&h->seen);
	pthread_mutex_destroy(&h->lock);
}

size_t hosts_take(struct hosts *h, struct host *host)
{
	_cleanup_strbuf_ struct strbuf key = STRBUF_INIT;
	struct host *known = host;
	size_t i;

	host_key(host, &key);
	pthread_mutex_lock(&h->lock);
	i = index_add(&h->seen, strbuf_cstr(&key), key.n);
	if (i == h->n) {
		*xgrow(h->v, h->n) = host;
		known = NULL;
	}
	pthread_mutex_unlock(&h->lock);
	if (known)
		free_host(known);
	return i;
}
