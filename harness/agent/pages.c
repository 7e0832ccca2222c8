/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/pages.h"

#include "base/fs.h"
#include "base/mem.h"
#include "base/parse.h"

#define FILE_MAX_BYTES (16u << 20)
#define PAGE_KIB       4
#define MAX_PAGES      (1ULL << 40)

uint64_t pages_nodes_of(const struct cputopo *t, const struct cpus *cpus)
{
	uint64_t nodes = 0;

	for (uint32_t i = 0; i < t->cpus && t->ids[i] < CPUS_MAX; i++)
		if (cpus_has(cpus, t->ids[i]))
			nodes |= 1ULL << t->node_of[t->ids[i]];
	return nodes;
}

/* One line of numa_maps. */
struct mapping {
	struct page_count count; /* in pages of the mapping's page size */
	uint64_t anon, page_kib;
	bool shared;
};

/* "N1=512" */
static bool add_node(struct mapping *m, const char *node, const char *pages,
                     const struct page_nodes *nodes)
{
	struct err ignored = ERR_INIT;
	uint64_t i, n;

	if (parse_u64(node, "node", 0, CPUTOPO_NODES - 1, &i, &ignored) < 0 ||
	    parse_u64(pages, "pages", 0, MAX_PAGES, &n, &ignored) < 0)
		return false;
	m->count.all += n;
	m->count.local += nodes->home >> i & 1 ? n : 0;
	m->count.slow += nodes->awake >> i & 1 ? 0 : n;
	return true;
}

/* Reads one of the words after address and policy. Words not named here do not matter. False: the
 * kernel would not write that. */
static bool read_word(struct mapping *m, const char *word, const struct page_nodes *nodes)
{
	const char *value = strchr(word, '=');
	_cleanup_free_ char *key = value ? xstrndup(word, (size_t)(value - word)) : NULL;
	struct err ignored = ERR_INIT;

	if (!key)
		return true;
	if (streq(key, "anon"))
		return parse_u64(value + 1, key, 0, MAX_PAGES, &m->anon, &ignored) == 0;
	if (streq(key, "kernelpagesize_kB"))
		return parse_u64(value + 1, key, PAGE_KIB, 1u << 20, &m->page_kib, &ignored) == 0;
	m->shared |= streq(key, "mapmax");
	return key[0] != 'N' || add_node(m, key + 1, value + 1, nodes);
}

static bool add_mapping(const char *line, const struct page_nodes *nodes, struct page_count *out)
{
	_cleanup_strv_ struct strv words = STRV_INIT;
	struct mapping m = { 0 };
	uint64_t size;

	strv_split(&words, line, " ");
	if (words.n < 2)
		return false;
	for (size_t i = 2; i < words.n; i++)
		if (!read_word(&m, words.v[i], nodes))
			return false;
	if (m.shared || !m.anon || m.anon != m.count.all)
		return true;
	size = m.page_kib / PAGE_KIB;
	out->all += m.count.all * size;
	out->local += m.count.local * size;
	out->slow += m.count.slow * size;
	return size > 0;
}

void pages_count(const char *numa_maps, const struct page_nodes *nodes, struct page_count *out)
{
	_cleanup_strv_ struct strv lines = STRV_INIT;
	struct page_count sum = { 0 };

	memset(out, 0xff, sizeof(*out));
	strv_split(&lines, numa_maps, "\n");
	strv_each (&lines, i) {
		if (!add_mapping(lines.v[i], nodes, &sum))
			return;
	}
	if (lines.n) /* a live task has at least one mapping */
		*out = sum;
}

void pages_read(int root_fd, pid_t pid, const struct page_nodes *nodes, struct page_count *out)
{
	_cleanup_free_ char *path = xasprintf("proc/%d/numa_maps", pid);
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	struct err ignored = ERR_INIT;

	bool read = fs_read(root_fd, path, FILE_MAX_BYTES, &b, &ignored) == 0;
	pages_count(read ? strbuf_cstr(&b) : "", nodes, out);
}
