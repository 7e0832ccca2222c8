/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/scenario/lines.h"

#include <yaml.h>

/* The value of a key, and the line the key is on; NULL when it is not there. */
static yaml_node_t *find_key(yaml_document_t *doc, yaml_node_t *map, const char *key, size_t n,
                             unsigned int *line)
{
	if (map->type != YAML_MAPPING_NODE)
		return NULL;
	for (yaml_node_pair_t *p = map->data.mapping.pairs.start; p < map->data.mapping.pairs.top;
	     p++) {
		yaml_node_t *k = yaml_document_get_node(doc, p->key);

		if (k->type != YAML_SCALAR_NODE || k->data.scalar.length != n ||
		    memcmp(k->data.scalar.value, key, n) != 0)
			continue;
		*line = (unsigned int)k->start_mark.line + 1;
		return yaml_document_get_node(doc, p->value);
	}
	return NULL;
}

static yaml_node_t *find_item(yaml_document_t *doc, yaml_node_t *seq, size_t i, unsigned int *line)
{
	yaml_node_t *item;

	if (!seq || seq->type != YAML_SEQUENCE_NODE ||
	    i >= (size_t)(seq->data.sequence.items.top - seq->data.sequence.items.start))
		return NULL;
	item = yaml_document_get_node(doc, seq->data.sequence.items.start[i]);
	*line = (unsigned int)item->start_mark.line + 1;
	return item;
}

static unsigned int follow(yaml_document_t *doc, const char *msg)
{
	yaml_node_t *node = yaml_document_get_root_node(doc);
	unsigned int line = 0;

	while (node) {
		size_t n = strcspn(msg, "[: ");
		unsigned int i;

		node = find_key(doc, node, msg, n, &line);
		msg += n;
		if (node && sscanf(msg, "[%u]", &i) == 1) {
			node = find_item(doc, node, i, &line);
			msg += strcspn(msg, "]") + 1;
		}
		if (!starts_with(msg, ": "))
			break;
		msg += 2;
	}
	return line;
}

unsigned int yaml_line(const char *text, size_t n, const char *msg)
{
	yaml_parser_t parser;
	yaml_document_t doc;
	unsigned int line = 0;

	if (!yaml_parser_initialize(&parser))
		return 0;
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, n);
	if (yaml_parser_load(&parser, &doc)) {
		line = follow(&doc, msg);
		yaml_document_delete(&doc);
	}
	yaml_parser_delete(&parser);
	return line;
}
