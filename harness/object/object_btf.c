/* SPDX-License-Identifier: GPL-2.0-only */
/* Refuses BTF in which a type holds itself: libbpf and this folder follow types to their end. */
#include <bpf/btf.h>

#include "base/mem.h"
#include "harness/object/object_priv.h"

#define DEPTH_MAX 256 /* types within each other; the kernel's own BTF has some 20 */
#define BUSY      UINT16_MAX

/* Two ways to follow types. By value: what a variable is made of, without pointers. As a declaration:
 * what is written before and after its name, without members. A list may point to itself: neither way
 * goes through a pointer into a struct and on to its members. */
struct btf_walk {
	const struct btf *btf;
	bool by_value;
	uint16_t *depth; /* by type id; 0: not seen yet; BUSY: it is being followed */
};

static uint32_t count_inner(const struct btf_walk *w, const struct btf_type *t)
{
	if (btf_is_mod(t) || btf_is_typedef(t) || btf_is_array(t))
		return 1;
	if (btf_is_composite(t))
		return w->by_value ? btf_vlen(t) : 0;
	if (btf_is_ptr(t))
		return w->by_value ? 0 : 1;
	if (btf_is_func_proto(t))
		return w->by_value ? 0 : btf_vlen(t) + 1;
	return 0;
}

static uint32_t inner(const struct btf_type *t, uint32_t i)
{
	if (btf_is_array(t))
		return btf_array(t)->type;
	if (btf_is_composite(t))
		return btf_members(t)[i].type;
	return btf_is_func_proto(t) && i ? btf_params(t)[i - 1].type : t->type;
}

static bool ends(const struct btf_walk *w, uint32_t id, uint16_t above)
{
	const struct btf_type *t = btf__type_by_id(w->btf, id);
	uint16_t deepest = 0;

	if (!id || w->depth[id])
		return w->depth[id] != BUSY;
	if (above > DEPTH_MAX)
		return false;
	w->depth[id] = BUSY;
	for (uint32_t i = 0; i < count_inner(w, t); i++) {
		uint32_t in = inner(t, i);

		if (!ends(w, in, above + 1))
			return false;
		deepest = w->depth[in] > deepest ? w->depth[in] : deepest;
	}
	w->depth[id] = deepest + 1;
	return deepest < DEPTH_MAX;
}

static bool all_end(const struct btf *btf, bool by_value)
{
	uint32_t n = btf__type_cnt(btf);
	_cleanup_free_ uint16_t *depth = xcalloc(n, sizeof(*depth));
	const struct btf_walk w = { .btf = btf, .by_value = by_value, .depth = depth };

	for (uint32_t id = 1; id < n; id++)
		if (!ends(&w, id, 0))
			return false;
	return true;
}

bool object_btf_ends(const struct btf *btf)
{
	return all_end(btf, true) && all_end(btf, false);
}
