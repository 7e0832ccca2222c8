/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/bench/tiny.h"

#include <elf.h>

#include "base/fs.h"

#define LOAD_AT 0x400000

struct tiny {
	Elf64_Ehdr head;
	Elf64_Phdr load;
	uint8_t code[16];
};

/* mov $60,%eax; xor %edi,%edi; syscall: exit(0) */
static const struct tiny tiny = {
	.head = { .e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB,
	                       EV_CURRENT },
	          .e_type = ET_EXEC,
	          .e_machine = EM_X86_64,
	          .e_version = EV_CURRENT,
	          .e_entry = LOAD_AT + offsetof(struct tiny, code),
	          .e_phoff = offsetof(struct tiny, load),
	          .e_ehsize = sizeof(Elf64_Ehdr),
	          .e_phentsize = sizeof(Elf64_Phdr),
	          .e_phnum = 1 },
	.load = { .p_type = PT_LOAD,
	          .p_flags = PF_R | PF_X,
	          .p_vaddr = LOAD_AT,
	          .p_paddr = LOAD_AT,
	          .p_filesz = sizeof(struct tiny),
	          .p_memsz = sizeof(struct tiny),
	          .p_align = 4096 },
	.code = { 0xb8, 60, 0, 0, 0, 0x31, 0xff, 0x0f, 0x05 },
};

char *tiny_program(const char *dir, struct err *err)
{
	char *path = fs_join(dir, "tiny");

	if (fs_write_atomic(AT_FDCWD, path, &tiny, sizeof(tiny), 0755, err) == 0)
		return path;
	free(path);
	return NULL;
}
