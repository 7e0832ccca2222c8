/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/payload/elf.h"

#include <gelf.h>
#include <libelf.h>

#include "base/mem.h"

#define PHDRS_MAX   256
#define DYNAMIC_MAX (1u << 20)
#define STRINGS_MAX (64u << 20)

static void cleanup_elf(Elf **e)
{
	if (*e)
		elf_end(*e);
}
#define _cleanup_elf_ CLEANUP(cleanup_elf)

/* A file that is being read. */
struct reader {
	Elf *elf;
	GElf_Phdr phdr[PHDRS_MAX];
	size_t n;
	const char *strings;
	size_t strings_n;
};

static int fail(struct err *err)
{
	return err_set(err, ERR_FORMAT, "broken ELF file: %s", elf_errmsg(-1));
}

static int read_phdrs(struct reader *r, struct err *err)
{
	if (elf_getphdrnum(r->elf, &r->n) < 0)
		return fail(err);
	if (r->n > PHDRS_MAX)
		return err_set(err, ERR_LIMIT, "more than %d program headers", PHDRS_MAX);
	for (size_t i = 0; i < r->n; i++)
		if (!gelf_getphdr(r->elf, (int)i, &r->phdr[i]))
			return fail(err);
	return 0;
}

static const GElf_Phdr *find_phdr(const struct reader *r, uint32_t type)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->phdr[i].p_type == type)
			return &r->phdr[i];
	return NULL;
}

/* The file offset of an address. The dynamic section holds addresses in the loaded program. */
static int64_t offset_of(const struct reader *r, uint64_t address)
{
	for (size_t i = 0; i < r->n; i++) {
		const GElf_Phdr *p = &r->phdr[i];

		if (p->p_type == PT_LOAD && address >= p->p_vaddr &&
		    address - p->p_vaddr < p->p_filesz)
			return (int64_t)(p->p_offset + (address - p->p_vaddr));
	}
	return -1;
}

static const char *string_at(const struct reader *r, uint64_t at)
{
	return at < r->strings_n && memchr(r->strings + at, 0, r->strings_n - at) ? r->strings + at
	                                                                          : NULL;
}

static uint64_t dynamic_value(Elf_Data *d, int64_t tag)
{
	GElf_Dyn dyn;

	for (int i = 0; gelf_getdyn(d, i, &dyn) && dyn.d_tag != DT_NULL; i++)
		if (dyn.d_tag == tag)
			return dyn.d_un.d_val;
	return UINT64_MAX;
}

static int read_strings(struct reader *r, Elf_Data *d, struct err *err)
{
	uint64_t address = dynamic_value(d, DT_STRTAB), n = dynamic_value(d, DT_STRSZ);
	int64_t at = offset_of(r, address);
	Elf_Data *s;

	if (at < 0 || n > STRINGS_MAX)
		return err_set(err, ERR_FORMAT, "broken ELF file: no dynamic strings");
	s = elf_getdata_rawchunk(r->elf, at, n, ELF_T_BYTE);
	if (!s)
		return fail(err);
	r->strings = s->d_buf;
	r->strings_n = s->d_size;
	return 0;
}

static char *dynamic_string(const struct reader *r, Elf_Data *d, int64_t tag)
{
	return xstrdup(string_at(r, dynamic_value(d, tag)));
}

static int read_dynamic(struct reader *r, struct elf_needs *out, struct err *err)
{
	const GElf_Phdr *p = find_phdr(r, PT_DYNAMIC);
	GElf_Dyn dyn;
	Elf_Data *d;

	if (!p)
		return 0; /* statically linked */
	if (p->p_filesz > DYNAMIC_MAX ||
	    !(d = elf_getdata_rawchunk(r->elf, (int64_t)p->p_offset, p->p_filesz, ELF_T_DYN)))
		return fail(err);
	if (read_strings(r, d, err) < 0)
		return -(int)err->code;
	for (int i = 0; gelf_getdyn(d, i, &dyn) && dyn.d_tag != DT_NULL; i++) {
		const char *name = dyn.d_tag == DT_NEEDED ? string_at(r, dyn.d_un.d_val) : NULL;

		if (name && *name)
			strv_add(&out->needed, name);
	}
	out->rpath = dynamic_string(r, d, DT_RPATH);
	out->runpath = dynamic_string(r, d, DT_RUNPATH);
	return 0;
}

static int read_interpreter(struct reader *r, struct elf_needs *out, struct err *err)
{
	const GElf_Phdr *p = find_phdr(r, PT_INTERP);
	Elf_Data *d;

	if (!p)
		return 0;
	d = elf_getdata_rawchunk(r->elf, (int64_t)p->p_offset, p->p_filesz, ELF_T_BYTE);
	if (!d || !d->d_size)
		return fail(err);
	out->interpreter = xstrndup(d->d_buf, strnlen(d->d_buf, d->d_size));
	return 0;
}

void elf_needs_done(struct elf_needs *e)
{
	free(e->interpreter);
	strv_done(&e->needed);
	free(e->rpath);
	free(e->runpath);
	*e = (struct elf_needs){ 0 };
}

int elf_needs_read(int fd, struct elf_needs *out, struct err *err)
{
	struct elf_needs needs = { 0 };
	_cleanup_elf_ Elf *elf = NULL;
	struct reader r = { 0 };
	GElf_Ehdr ehdr;

	elf_version(EV_CURRENT);
	elf = r.elf = elf_begin(fd, ELF_C_READ, NULL);
	if (!elf || elf_kind(elf) != ELF_K_ELF)
		return 0;
	if (!gelf_getehdr(elf, &ehdr))
		return fail(err);
	needs.class = ehdr.e_ident[EI_CLASS];
	needs.machine = ehdr.e_machine;
	if (read_phdrs(&r, err) < 0 || read_interpreter(&r, &needs, err) < 0 ||
	    read_dynamic(&r, &needs, err) < 0) {
		elf_needs_done(&needs);
		return -(int)err->code;
	}
	*out = needs;
	return 1;
}
