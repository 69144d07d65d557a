/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include <string.h>

#include "text/search.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int depth_of(const struct search_node *n)
{
	int deepest = 0;

	for (size_t i = 0; i < n->n; i++) {
		int k = depth_of(n->kids[i]);

		deepest = k > deepest ? k : deepest;
	}
	if ((n->op == SEARCH_NOT && n->n != 1) ||
	    ((n->op == SEARCH_AND || n->op == SEARCH_OR) && n->n < 2))
		BUG("a list has %zu children", n->n);
	if (n->op >= SEARCH_TEXT && n->op <= SEARCH_ID &&
	    (!n->text || !n->text[0]))
		BUG("a word is empty");
	return deepest + 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size);
	struct err err = ERR_INIT;
	struct search_node *n = NULL;
	struct strv words;

	if (!search_parse(&n, text, 1795446855, &err)) {
		if (n || err.kind != ERR_INPUT || err.number < 0 ||
		    (size_t)err.number > strlen(text))
			BUG("a bad query has no proper error");
	} else {
		if (depth_of(n) > QUERY_MAX_DEPTH)
			BUG("the tree is too deep");
		strv_init(&words);
		search_words(n, &words);
		strv_release(&words);
		search_node_free(n);
	}
	free(text);
	return 0;
}
