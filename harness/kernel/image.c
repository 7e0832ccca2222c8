/* SPDX-License-Identifier: GPL-2.0-only */
#include <archive.h>
#include <archive_entry.h>
#include <ctype.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>

#include "base/json.h"
#include "base/mem.h"
#include "harness/kernel/image.h"
#include "harness/kernel/kfuncs.h"

#define ELF_MAX_BYTES (1u << 30)
/* x86 boot protocol 2.08 */
#define OFF_SETUP_SECTS    0x1f1
#define OFF_MAGIC          0x202
#define OFF_PROTOCOL       0x206
#define OFF_PAYLOAD_OFFSET 0x248
#define OFF_PAYLOAD_LENGTH 0x24c
#define PROTOCOL_PAYLOAD   0x0208
/* the ELF note that gives the 32-bit PVH entry */
#define NOTE_XEN_PHYS32_ENTRY 18

static uint32_t le32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static bool is_text(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n && i < 512; i++)
		if (!isprint(p[i]) && !isspace(p[i]) && p[i] < 0x80)
			return false;
	return n > 0;
}

int image_kind(const void *data, size_t n, enum image_kind *out, struct err *err)
{
	const uint8_t *p = data;

	if (n > OFF_PAYLOAD_LENGTH + 4 && memcmp(p + OFF_MAGIC, "HdrS", 4) == 0) {
		*out = IMAGE_BZIMAGE;
		return 0;
	}
	if (n > sizeof(Elf64_Ehdr) && memcmp(p, ELFMAG, SELFMAG) == 0) {
		Elf64_Ehdr eh;

		memcpy(&eh, p, sizeof(eh));
		if (eh.e_ident[EI_CLASS] != ELFCLASS64 || eh.e_machine != EM_X86_64)
			return err_set(err, ERR_FORMAT,
			               "not a kernel image: an ELF file of another machine");
		if (eh.e_type != ET_EXEC)
			return err_set(err, ERR_FORMAT,
			               "not a kernel image: an ELF file, but no executable");
		*out = IMAGE_VMLINUX;
		return 0;
	}
	return err_set(err, ERR_FORMAT, "not a kernel image: %s",
	               n == 0          ? "empty"
	               : is_text(p, n) ? "text"
	                               : "neither a bzImage nor a vmlinux");
}

/* Decompresses one stream of any format. The caller cuts off what follows it (for all formats but
 * gzip, the kernel's build appends the length of the output). */
static int decompress(const uint8_t *p, size_t n, struct strbuf *out, struct err *err)
{
	struct archive *a = archive_read_new();
	struct archive_entry *entry;
	_cleanup_free_ char *chunk = xmalloc(1 << 20);
	la_ssize_t got = 0;
	int r = 0;

	archive_read_support_filter_all(a);
	archive_read_support_format_raw(a);
	if (archive_read_open_memory(a, p, n) != ARCHIVE_OK ||
	    archive_read_next_header(a, &entry) != ARCHIVE_OK)
		r = err_set(err, ERR_FORMAT, "payload: %s", archive_error_string(a));
	while (r == 0 && (got = archive_read_data(a, chunk, 1 << 20)) > 0) {
		if (out->n + (size_t)got > ELF_MAX_BYTES)
			r = err_set(err, ERR_LIMIT, "payload: larger than %u bytes", ELF_MAX_BYTES);
		else
			strbuf_add(out, chunk, (size_t)got);
	}
	if (r == 0 && got < 0)
		r = err_set(err, ERR_FORMAT, "payload: %s", archive_error_string(a));
	archive_read_free(a);
	return r;
}

int image_extract(const void *data, size_t n, struct strbuf *elf, struct err *err)
{
	const uint8_t *p = data;
	enum image_kind kind;
	uint64_t start, length;
	bool gzip;

	if (image_kind(data, n, &kind, err) < 0)
		return -(int)err->code;
	if (kind == IMAGE_VMLINUX) {
		strbuf_add(elf, data, n);
		return 0;
	}
	if ((p[OFF_PROTOCOL] | p[OFF_PROTOCOL + 1] << 8) < PROTOCOL_PAYLOAD)
		return err_set(err, ERR_UNSUPPORTED, "bzImage: boot protocol before 2.08");
	start = ((uint64_t)(p[OFF_SETUP_SECTS] ? p[OFF_SETUP_SECTS] : 4) + 1) * 512 +
	        le32(p + OFF_PAYLOAD_OFFSET);
	length = le32(p + OFF_PAYLOAD_LENGTH);
	if (length < 8 || start + length > n)
		return err_set(err, ERR_FORMAT,
		               "bzImage: truncated: payload of %llu bytes at %llu, file of %zu",
		               (unsigned long long)length, (unsigned long long)start, n);
	gzip = p[start] == 0x1f && p[start + 1] == 0x8b;
	if (decompress(p + start, (size_t)length - (gzip ? 0 : 4), elf, err) < 0)
		return err_wrap(err, "bzImage");
	if (elf->n < SELFMAG || memcmp(elf->s, ELFMAG, SELFMAG) != 0)
		return err_set(err, ERR_FORMAT, "bzImage: the payload is no ELF file");
	return 0;
}

/* The release in "Linux version 6.17.13+deb13-cloud-amd64 (…". */
static char *find_release(const char *elf, size_t n)
{
	static const char mark[] = "Linux version ";
	const char *p = elf, *end = elf + n;

	while ((p = memmem(p, (size_t)(end - p), mark, sizeof(mark) - 1))) {
		size_t len = 0;

		p += sizeof(mark) - 1;
		while (p + len < end && len < 128 && isgraph((unsigned char)p[len]))
			len++;
		if (len && isdigit((unsigned char)p[0]))
			return xstrndup(p, len);
	}
	return NULL;
}

static bool has_pvh_note(Elf *e)
{
	size_t count;

	if (elf_getphdrnum(e, &count) != 0)
		return false;
	for (size_t i = 0; i < count; i++) {
		GElf_Phdr ph;
		GElf_Nhdr nh;
		Elf_Data *d;
		size_t off = 0, next, name, desc;

		if (!gelf_getphdr(e, (int)i, &ph) || ph.p_type != PT_NOTE)
			continue;
		d = elf_getdata_rawchunk(e, (int64_t)ph.p_offset, ph.p_filesz, ELF_T_NHDR);
		while (d && (next = gelf_getnote(d, off, &nh, &name, &desc)) > 0) {
			if (nh.n_type == NOTE_XEN_PHYS32_ENTRY && nh.n_namesz == 4 &&
			    memcmp((char *)d->d_buf + name, "Xen", 4) == 0)
				return true;
			off = next;
		}
	}
	return false;
}

static Elf_Data *find_section(Elf *e, const char *want)
{
	size_t strings;
	Elf_Scn *scn = NULL;

	if (elf_getshdrstrndx(e, &strings) != 0)
		return NULL;
	while ((scn = elf_nextscn(e, scn))) {
		GElf_Shdr sh;
		const char *name;

		if (!gelf_getshdr(scn, &sh))
			continue;
		name = elf_strptr(e, strings, sh.sh_name);
		if (name && streq(name, want))
			return elf_rawdata(scn, NULL);
	}
	return NULL;
}

int image_facts(const void *elf, size_t n, struct image_facts *out, struct err *err)
{
	static const char ops[] = "sched_ext_ops"; /* the name of the struct among BTF's strings */
	Elf_Data *btf;
	Elf *e;

	elf_version(EV_CURRENT);
	e = elf_memory((char *)(uintptr_t)elf, n);
	if (!e)
		return err_set(err, ERR_FORMAT, "vmlinux: %s", elf_errmsg(-1));
	btf = find_section(e, ".BTF");
	*out = (struct image_facts){
		.release = find_release(elf, n),
		.btf = btf != NULL,
		.sched_ext =
			btf ? memmem(btf->d_buf, btf->d_size, ops, sizeof(ops)) != NULL : TRI_NONE,
		.pvh = has_pvh_note(e),
	};
	elf_end(e);
	return 0;
}

int image_hidden_kfuncs(const char *vmlinux, struct strv *names, struct err *err)
{
	_cleanup_close_ int fd = open(vmlinux, O_RDONLY | O_CLOEXEC);
	Elf_Data *btf;
	int r = 0;
	Elf *e;

	if (fd < 0)
		return err_path(err, errno, vmlinux);
	elf_version(EV_CURRENT);
	e = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	if (!e)
		return err_set(err, ERR_FORMAT, "%s: %s", vmlinux, elf_errmsg(-1));
	btf = find_section(e, ".BTF");
	if (btf && kfuncs_hidden(btf->d_buf, btf->d_size, names, err) < 0)
		r = err_wrap(err, "%s", vmlinux);
	elf_end(e);
	return r;
}
