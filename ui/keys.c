/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/keys.h"
#include <string.h>
#include "base/vec.h"
#include "ui/typing.h"

struct binding {
	enum scope scope;
	struct kbd_sequence seq;
	enum command_id id; /* COMMAND_COUNT: unbound here on purpose */
	char *line;	    /* arguments; NULL none */
	bool preset;	    /* from the tables */
};

struct keys {
	enum keymap keymap;
	VEC(struct binding) v; /* by scope, then sequence */
	struct str clashes;    /* found while building: a line each */
};

static int compare_sequence(const struct kbd_sequence *a,
			    const struct kbd_sequence *b)
{
	for (size_t i = 0; i < a->n && i < b->n; i++)
		if (a->key[i] != b->key[i])
			return a->key[i] < b->key[i] ? -1 : 1;
	return (a->n > b->n) - (a->n < b->n);
}

/* First index whose (scope, sequence) is not below the given one. */
static size_t lower_bound(const struct keys *k, enum scope scope,
			  const struct kbd_sequence *seq)
{
	size_t low = 0, high = k->v.n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct binding *b = &k->v.v[mid];
		bool below = b->scope != scope
				     ? b->scope < scope
				     : compare_sequence(&b->seq, seq) < 0;
		if (below)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static bool is_at(const struct keys *k, size_t i, enum scope scope,
		  const struct kbd_sequence *seq)
{
	return i < k->v.n && k->v.v[i].scope == scope &&
	       compare_sequence(&k->v.v[i].seq, seq) == 0;
}

static bool begins(const struct kbd_sequence *seq,
		   const struct kbd_sequence *prefix)
{
	if (seq->n < prefix->n)
		return false;
	for (size_t i = 0; i < prefix->n; i++)
		if (seq->key[i] != prefix->key[i])
			return false;
	return true;
}

static void note_clash(struct keys *k, const struct binding *old,
		       enum command_id id)
{
	str_addf(&k->clashes, "clash: %s \"", scope_name(old->scope));
	kbd_add_sequence(&k->clashes, &old->seq);
	str_addf(&k->clashes, "\" is bound to %s and to %s\n",
		 command_get(old->id)->name, command_get(id)->name);
}

static void put(struct keys *k, enum scope scope,
		const struct kbd_sequence *seq, enum command_id id,
		const char *line, bool preset)
{
	size_t i = lower_bound(k, scope, seq);
	struct binding b = {scope, *seq, id, xstrdup(line), preset};

	if (is_at(k, i, scope, seq)) {
		/* A default may be replaced; the same layer twice is a clash. */
		if (k->v.v[i].preset == preset && k->v.v[i].id != id &&
		    k->v.v[i].id != COMMAND_COUNT && id != COMMAND_COUNT)
			note_clash(k, &k->v.v[i], id);
		free(k->v.v[i].line);
		k->v.v[i] = b;
		return;
	}
	vec_add(&k->v, b);
	memmove(&k->v.v[i + 1], &k->v.v[i],
		(k->v.n - 1 - i) * sizeof(k->v.v[0]));
	k->v.v[i] = b;
}

struct preset {
	enum keymap keymap;
	enum command_id id;
	unsigned scopes;
	const char *keys;
};
static const struct preset presets[] = {
#define PRESET(keymap, id, scopes, keys)                                       \
	{KEYMAP_##keymap, COMMAND_##id, scopes, keys},
#include "ui/presets.def"
#undef PRESET
};

const char *keys_default(enum keymap keymap, enum scope scope,
			 enum command_id id)
{
	for (size_t i = 0; i < ARRAY_LEN(presets); i++)
		if (presets[i].keymap == keymap && presets[i].id == id &&
		    presets[i].scopes & 1u << scope)
			return presets[i].keys;
	return command_get(id)->keys;
}

static void add_defaults(struct keys *k, enum scope scope, enum command_id id)
{
	struct strv words;
	struct kbd_sequence seq;

	strv_init(&words);
	strv_split(&words, keys_default(k->keymap, scope, id), " ");
	for (size_t i = 0; i < words.n; i++) {
		if (!kbd_parse_sequence(words.v[i], &seq))
			BUG("%s: bad key %s", command_get(id)->name,
			    words.v[i]);
		put(k, scope, &seq, id, NULL, true);
	}
	strv_release(&words);
}

struct keys *keys_new(enum keymap keymap)
{
	struct keys *k = xcalloc(1, sizeof(*k));

	k->keymap = keymap;
	str_init(&k->clashes);
	for (int i = 0; i < COMMAND_COUNT; i++)
		for (int s = 0; s < SCOPE_COUNT; s++)
			if (command_get((enum command_id)i)->scopes & 1u << s)
				add_defaults(k, (enum scope)s,
					     (enum command_id)i);
	return k;
}

void keys_free(struct keys *k)
{
	if (!k)
		return;
	for (size_t i = 0; i < k->v.n; i++)
		free(k->v.v[i].line);
	vec_release(&k->v);
	str_release(&k->clashes);
	free(k);
}

static bool check_arguments(enum command_id id, const char *args,
			    struct err *err)
{
	struct typed_list typed = {0};
	struct strv words CLEANUP(strv_release) = {0};

	if (id == COMMAND_type) {
		if (!typed_parse(&typed, args, err))
			return false;
		typed_list_release(&typed);
		return true;
	}
	return command_split(args, &words, err);
}

bool keys_bind(struct keys *k, const char *scope, const char *sequence,
	       const char *line, struct err *err)
{
	enum scope s = scope_find(scope);
	enum command_id id = COMMAND_COUNT;
	struct kbd_sequence seq;
	const char *args = NULL;

	if (s == SCOPE_COUNT)
		return err_set(err, ERR_INPUT,
			       "no such place for keys: \"%s\" (`global`, "
			       "`messages`, `reader` ...; `keys` lists them)",
			       scope);
	if (!kbd_parse_sequence(sequence, &seq))
		return err_set(
			err, ERR_INPUT,
			"not a key: \"%s\" (such as x, C-x, M-x, F5, ,m)",
			sequence);
	line = str_or_empty(line);
	line += strspn(line, " \t:");
	if (*line && !str_eq(line, "none")) {
		size_t n = strcspn(line, " \t");
		char *name CLEANUP(mem_free_ptr) = xstrndup(line, n);
		id = command_find(name, NULL);
		if (id == COMMAND_COUNT)
			return err_set(err, ERR_INPUT,
				       "no such command: \"%s\"", name);
		args = line + n + strspn(line + n, " \t");
		if (!check_arguments(id, args, err))
			return false;
	}
	put(k, s, &seq, id, args && *args ? args : NULL, false);
	return true;
}

struct keys_result keys_find(const struct keys *k, enum scope scope,
			     const struct kbd_sequence *seq)
{
	struct keys_result r = {.found = KEYS_NONE, .line = ""};
	bool freed = false;

	for (enum scope s = scope;; s = scope_parent(s)) {
		size_t i = lower_bound(k, s, seq);
		if (is_at(k, i, s, seq)) {
			const struct binding *b = &k->v.v[i++];
			if (b->id == COMMAND_COUNT)
				freed = true;
			else if (r.found != KEYS_COMMAND && !freed)
				r = (struct keys_result){KEYS_COMMAND, b->id,
							 str_or_empty(b->line),
							 r.longer};
		}
		for (; i < k->v.n && k->v.v[i].scope == s &&
		       begins(&k->v.v[i].seq, seq);
		     i++) {
			if (k->v.v[i].id == COMMAND_COUNT)
				continue;
			r.longer = true;
			if (r.found == KEYS_NONE)
				r.found = KEYS_PREFIX;
			break;
		}
		if (s == scope_parent(s))
			break;
	}
	return r;
}

/* Bindings seen from scope, of one command or (COMMAND_COUNT) of all. */
static void each_of(const struct keys *k, enum scope scope,
		    const struct kbd_sequence *prefix, enum command_id only,
		    keys_fn *fn, void *ctx)
{
	for (enum scope s = scope;; s = scope_parent(s)) {
		for (size_t i = 0; i < k->v.n; i++) {
			const struct binding *b = &k->v.v[i];
			if (b->scope != s || b->id == COMMAND_COUNT ||
			    (only != COMMAND_COUNT && b->id != only) ||
			    (prefix && !begins(&b->seq, prefix)))
				continue;
			/* Only what pressing the keys here really does. */
			struct keys_result r = keys_find(k, scope, &b->seq);
			if (r.found != KEYS_COMMAND || r.id != b->id ||
			    !str_eq(r.line, str_or_empty(b->line)))
				continue;
			if (!fn(ctx, &b->seq, s, b->id, r.line))
				return;
		}
		if (s == scope_parent(s))
			return;
	}
}

void keys_each(const struct keys *k, enum scope scope,
	       const struct kbd_sequence *prefix, keys_fn *fn, void *ctx)
{
	each_of(k, scope, prefix, COMMAND_COUNT, fn, ctx);
}

struct hint {
	enum keymap keymap;
	enum command_id id;
	struct kbd_sequence best;
	struct str *all;
	int rank; /* of best, low is better */
};

/* The order of the keys in the tables decides; -1: not a default. */
static int rank_of(enum keymap keymap, enum scope scope, enum command_id id,
		   const struct kbd_sequence *seq)
{
	struct strv words;
	struct kbd_sequence s;
	int rank = -1;

	strv_init(&words);
	strv_split(&words, keys_default(keymap, scope, id), " ");
	for (size_t i = 0; i < words.n && rank < 0; i++)
		if (kbd_parse_sequence(words.v[i], &s) &&
		    compare_sequence(&s, seq) == 0)
			rank = (int)i;
	strv_release(&words);
	return rank;
}

static bool collect(void *ctx, const struct kbd_sequence *seq, enum scope from,
		    enum command_id id, const char *line)
{
	struct hint *h = ctx;
	int rank;

	if (id != h->id || *line)
		return true;
	if (h->all) {
		if (h->all->len)
			str_add(h->all, ", ");
		kbd_add_sequence(h->all, seq);
		return true;
	}
	rank = rank_of(h->keymap, from, id, seq);
	if (!h->best.n || rank < h->rank) {
		h->best = *seq;
		h->rank = rank;
	}
	return true;
}

void keys_add_hint(const struct keys *k, enum scope scope, enum command_id id,
		   struct str *out)
{
	struct hint h = {.keymap = k->keymap, .id = id};

	each_of(k, scope, NULL, id, collect, &h);
	if (h.best.n)
		kbd_add_sequence(out, &h.best);
}

char *keys_fill(const struct keys *k, enum scope scope, const char *text)
{
	struct str b = STR_INIT;
	const char *open, *close;

	while ((open = strchr(text, '{')) && (close = strchr(open, '}'))) {
		char *name CLEANUP(mem_free_ptr) =
			xstrndup(open + 1, (size_t)(close - open - 1));
		enum command_id id = command_find(name, NULL);
		size_t before;

		str_add_mem(&b, text, (size_t)(open - text));
		before = b.len;
		if (id == COMMAND_COUNT)
			BUG("a sentence names no command: %s", name);
		keys_add_hint(k, scope, id, &b);
		if (b.len == before)
			str_addf(&b, ":%s", name);
		text = close + 1;
	}
	str_add(&b, text);
	return str_take(&b);
}

void keys_add_all(const struct keys *k, enum scope scope, enum command_id id,
		  struct str *out)
{
	struct str all CLEANUP(str_release) = STR_INIT;
	struct hint h = {.id = id, .all = &all};

	each_of(k, scope, NULL, id, collect, &h);
	str_add(out, all.s);
}

static void add_place(struct str *out, const struct binding *b)
{
	str_addf(out, "%s \"", scope_name(b->scope));
	kbd_add_sequence(out, &b->seq);
	str_addf(out, "\" (%s)",
		 b->id == COMMAND_COUNT ? "none" : command_get(b->id)->name);
}

/* Bindings that b hides: a parent's same keys, or longer ones of its own. */
static void report_shadows(const struct keys *k, const struct binding *b,
			   struct str *out)
{
	for (enum scope s = b->scope; s != scope_parent(s);) {
		s = scope_parent(s);
		size_t i = lower_bound(k, s, &b->seq);
		if (!is_at(k, i, s, &b->seq) || k->v.v[i].id == b->id)
			continue;
		str_add(out, "shadows: ");
		add_place(out, b);
		str_add(out, " hides ");
		add_place(out, &k->v.v[i]);
		str_add_char(out, '\n');
	}
	for (size_t i = 0; i < k->v.n; i++) {
		const struct binding *o = &k->v.v[i];
		if (o->scope != b->scope || o->seq.n <= b->seq.n ||
		    !begins(&o->seq, &b->seq) || o->id == COMMAND_COUNT ||
		    b->id == COMMAND_COUNT)
			continue;
		str_add(out, "waits: ");
		add_place(out, b);
		str_add(out, " is also the beginning of ");
		add_place(out, o);
		str_add_char(out, '\n');
	}
}

bool keys_check(const struct keys *k, struct str *report)
{
	str_add(report, k->clashes.s);
	for (size_t i = 0; i < k->v.n; i++)
		report_shadows(k, &k->v.v[i], report);
	return k->clashes.len == 0;
}
