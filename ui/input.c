/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/input.h"
#include <string.h>
#include "base/utf8.h"
#include "base/vec.h"

#define ESC_WAIT_MS 40 /* a lone ESC, against the start of a sequence */
#define DOUBLE_CLICK_MS 400
#define PASTE_MAX ((size_t)16 << 20)
#define SEQUENCE_MAX 64 /* longer ones are not keys */

struct known {
	char *sequence;
	size_t len;
	uint32_t key;
};

struct input_decoder {
	struct str in;
	size_t pos;	   /* decoded so far */
	int64_t last_byte; /* when the last byte came */
	VEC(struct known) known;
	struct str paste;
	bool pasting, utf8;
	int click_button, click_x, click_y, clicks;
	int64_t click_time;
};

void input_release(struct input *in)
{
	free(in->text);
	in->text = NULL;
}

struct input_decoder *input_decoder_new(void)
{
	struct input_decoder *d = xcalloc(1, sizeof(*d));

	str_init(&d->in);
	str_init_max(&d->paste, PASTE_MAX);
	d->utf8 = true;
	return d;
}

void input_decoder_free(struct input_decoder *d)
{
	if (!d)
		return;
	for (size_t i = 0; i < d->known.n; i++)
		free(d->known.v[i].sequence);
	vec_release(&d->known);
	str_release(&d->in);
	str_release(&d->paste);
	free(d);
}

void input_decoder_add(struct input_decoder *d, const char *sequence,
		       uint32_t key)
{
	struct known k = {xstrdup(sequence), strlen(sequence), key};

	vec_add(&d->known, k);
}

void input_decoder_set_utf8(struct input_decoder *d, bool utf8)
{
	d->utf8 = utf8;
}

void input_decoder_feed(struct input_decoder *d, const void *p, size_t len,
			int64_t now_ms)
{
	if (d->pos) {
		memmove(d->in.s, d->in.s + d->pos, d->in.len - d->pos);
		str_cut(&d->in, d->in.len - d->pos);
		d->pos = 0;
	}
	str_add_mem(&d->in, p, len);
	d->last_byte = now_ms;
}

/* Modifier parameter of xterm: 1 + (shift 1, alt 2, ctrl 4). */
static uint32_t modifiers(int parameter)
{
	unsigned bits = parameter > 1 ? (unsigned)(parameter - 1) : 0;

	return (bits & 1 ? KBD_SHIFT : 0) | (bits & 2 ? KBD_ALT : 0) |
	       (bits & 4 ? KBD_CTRL : 0);
}

static uint32_t key_of_letter(char final)
{
	static const char letters[] = "ABCDHFPQRSZ";
	static const uint32_t keys[] = {KBD_UP,
					KBD_DOWN,
					KBD_RIGHT,
					KBD_LEFT,
					KBD_HOME,
					KBD_END,
					KBD_F1,
					KBD_F2,
					KBD_F3,
					KBD_F4,
					KBD_TAB | KBD_SHIFT};
	const char *p = strchr(letters, final);

	return final && p ? keys[p - letters] : 0;
}

static uint32_t key_of_number(int n)
{
	static const struct {
		int n;
		uint32_t key;
	} numbers[] = {
		{1, KBD_HOME}, {2, KBD_INSERT},	 {3, KBD_DELETE},
		{4, KBD_END},  {5, KBD_PAGE_UP}, {6, KBD_PAGE_DOWN},
		{7, KBD_HOME}, {8, KBD_END},	 {11, KBD_F1},
		{12, KBD_F2},  {13, KBD_F3},	 {14, KBD_F4},
		{15, KBD_F5},  {17, KBD_F6},	 {18, KBD_F7},
		{19, KBD_F8},  {20, KBD_F9},	 {21, KBD_F10},
		{23, KBD_F11}, {24, KBD_F12},
	};

	for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
		if (numbers[i].n == n)
			return numbers[i].key;
	return 0;
}

/* One plain byte or character as a key; *used its bytes. */
static uint32_t key_of_char(const struct input_decoder *d, const char *s,
			    size_t len, size_t *used)
{
	unsigned char c = (unsigned char)s[0];
	uint32_t rune;

	*used = 1;
	if (c == '\r' || c == '\n')
		return KBD_ENTER;
	if (c == '\t')
		return KBD_TAB;
	if (c == 0x7f)
		return KBD_BACKSPACE;
	if (c == 0)
		return ' ' | KBD_CTRL;
	if (c == 0x1b)
		return KBD_ESC;
	if (c < 0x1b)
		return ('a' + c - 1u) | KBD_CTRL;
	if (c < 0x20)
		return ("\\]^_"[c - 0x1c] & 0xffu) | KBD_CTRL;
	if (c < 0x80)
		return c;
	if (!d->utf8)
		return '?';
	*used = utf8_decode(s, len, &rune);
	return rune;
}

static bool utf8_is_cut(const struct input_decoder *d, const char *s,
			size_t len)
{
	unsigned char c = (unsigned char)s[0];
	size_t want = c >= 0xf5	  ? 1
		      : c >= 0xf0 ? 4
		      : c >= 0xe0 ? 3
		      : c >= 0xc2 ? 2
				  : 1;

	return d->utf8 && len < want;
}

static void set_mouse(struct input_decoder *d, int64_t now, const int *p,
		      bool release, struct input *out)
{
	int code = p[0];

	out->kind = INPUT_MOUSE;
	out->x = p[1] > 0 ? p[1] - 1 : 0;
	out->y = p[2] > 0 ? p[2] - 1 : 0;
	out->key = (code & 4 ? KBD_SHIFT : 0) | (code & 8 ? KBD_ALT : 0) |
		   (code & 16 ? KBD_CTRL : 0);
	out->button = (code & 3) + 1;
	if (code & 64) {
		out->action = code & 1 ? MOUSE_WHEEL_DOWN : MOUSE_WHEEL_UP;
		return;
	}
	if (code & 32) {
		out->action = MOUSE_DRAG;
		return;
	}
	if (release) {
		out->action = MOUSE_RELEASE;
		return;
	}
	out->action = MOUSE_PRESS;
	if (out->button == d->click_button && out->x == d->click_x &&
	    out->y == d->click_y && now - d->click_time <= DOUBLE_CLICK_MS)
		d->clicks = d->clicks % 2 + 1;
	else
		d->clicks = 1;
	d->click_button = out->button;
	d->click_x = out->x;
	d->click_y = out->y;
	d->click_time = now;
	out->clicks = d->clicks;
}

/* Is 4 among the device attributes, behind the first, ESC [ ? n ; n ... c? */
static bool has_sixel(const char *s, size_t len)
{
	for (size_t i = 3; i + 2 < len; i++)
		if (s[i] == ';' && s[i + 1] == '4' &&
		    (s[i + 2] == ';' || s[i + 2] == 'c'))
			return true;
	return false;
}

/* The answer to a question about kitty's graphics: ESC _ G i=31;OK ST. Any other
 * application command is swallowed. */
static size_t read_apc(const char *s, size_t len, struct input *out, bool *ok)
{
	static const char yes[] = "\033_Gi=31;OK";
	const char *stop = memmem(s, len, "\033\\", 2);

	if (!stop)
		return len < 4096 ? 0 : len;
	out->kitty = *ok = (size_t)(stop - s) == sizeof(yes) - 1 &&
			   memcmp(s, yes, sizeof(yes) - 1) == 0;
	if (*ok)
		out->kind = INPUT_GRAPHICS;
	return (size_t)(stop - s) + 2;
}

/* A control sequence at s ("ESC [" seen). Returns its length, 0: not complete.
 * *ok: out was filled. */
static size_t read_csi(struct input_decoder *d, const char *s, size_t len,
		       int64_t now, struct input *out, bool *ok)
{
	int p[4] = {0};
	size_t i = 2, n = 0;
	char private = 0, final;

	if (i < len && s[i] == '[') { /* the Linux console's F1 to F5 */
		if (len < 4)
			return 0;
		out->kind = INPUT_KEY;
		out->key = s[3] >= 'A' && s[3] <= 'E'
				   ? KBD_F1 + (uint32_t)(s[3] - 'A')
				   : 0;
		*ok = out->key != 0;
		return 4;
	}
	if (i < len && (s[i] == '<' || s[i] == '?' || s[i] == '>'))
	private = s[i++];
	for (; i < len && i < SEQUENCE_MAX; i++) {
		if (s[i] >= '0' && s[i] <= '9') {
			if (p[n] < 100000)
				p[n] = p[n] * 10 + (s[i] - '0');
		} else if (s[i] == ';' || s[i] == ':') {
			n = n < ARRAY_LEN(p) - 1 ? n + 1 : n;
		} else {
			break;
		}
	}
	while (i < len && i < SEQUENCE_MAX && s[i] >= 0x20 && s[i] < 0x40)
		i++;
	if (i == len)
		return len < SEQUENCE_MAX ? 0 : len;
	final = s[i++];
	if (private == '<' && (final == 'M' || final == 'm')) {
		set_mouse(d, now, p, final == 'm', out);
		*ok = true;
	} else if (private == '?' && final == 'c') {
		out->sixel = *ok = has_sixel(s, i);
		if (*ok)
			out->kind = INPUT_GRAPHICS;
	} else if (!private && final == '~' && p[0] == 200) {
		d->pasting = true;
	} else if (!private) {
		uint32_t key = final == '~' ? key_of_number(p[0])
					    : key_of_letter(final);
		out->kind = INPUT_KEY;
		out->key = key ? key | modifiers(p[1]) : 0;
		*ok = key != 0;
	}
	return i;
}

/* The answer to "what is your background?": ESC ] 11 ; rgb:RRRR/GGGG/BBBB ST.
 * Any other operating system command is swallowed. */
static size_t read_osc(const char *s, size_t len, struct input *out, bool *ok)
{
	size_t end = 2;
	unsigned rgb[3] = {0};

	while (end < len && s[end] != 7 && s[end] != 0x1b)
		end++;
	if (end == len)
		return len < 4096 ? 0 : len;
	size_t used = end + (s[end] == 7 ? 1 : 2);
	if (used > len)
		return 0;
	if (end > 10 && memcmp(s + 2, "11;rgb:", 7) == 0) {
		const char *p = s + 9;
		for (int i = 0; i < 3; i++) {
			char *stop;
			rgb[i] = (unsigned)strtoul(p, &stop, 16);
			rgb[i] = stop - p > 2 ? rgb[i] >> 8 : rgb[i];
			p = *stop == '/' ? stop + 1 : stop;
		}
		out->kind = INPUT_BACKGROUND;
		out->light = rgb[0] * 3 + rgb[1] * 6 + rgb[2] > 1280;
		*ok = true;
	}
	return used;
}

/* Collects until ESC [ 201 ~; false: the end has not come yet. */
static bool read_paste(struct input_decoder *d, struct input *out)
{
	static const char end[] = "\033[201~";
	const char *s = d->in.s + d->pos;
	size_t len = d->in.len - d->pos;
	const char *stop = memmem(s, len, end, sizeof(end) - 1);
	size_t take = stop ? (size_t)(stop - s) : len;

	/* The end mark may be cut: keep its possible beginning. */
	if (!stop && take > sizeof(end) - 2)
		take -= sizeof(end) - 2;
	else if (!stop)
		take = 0;
	str_add_mem(&d->paste, s, take);
	d->pos += take;
	if (!stop)
		return false;
	d->pos += sizeof(end) - 1;
	d->pasting = false;
	for (size_t i = 0; i < d->paste.len; i++)
		if (d->paste.s[i] == '\r' || d->paste.s[i] == '\0')
			d->paste.s[i] = '\n';
	out->kind = INPUT_PASTE;
	out->text = utf8_make_valid(d->paste.s, d->paste.len);
	str_clear(&d->paste);
	return true;
}

/* Longest sequence of the terminal's description that begins the input. */
static size_t find_known(const struct input_decoder *d, const char *s,
			 size_t len, uint32_t *key)
{
	size_t best = 0;

	for (size_t i = 0; i < d->known.n; i++) {
		const struct known *k = &d->known.v[i];
		if (k->len > best && k->len <= len &&
		    memcmp(k->sequence, s, k->len) == 0) {
			best = k->len;
			*key = k->key;
		}
	}
	return best;
}

/* An answer that read_apc understands, or the beginning of one. */
static bool begins_apc(const char *s, size_t len)
{
	return len > 1 && memcmp(s, "\033_Gi=31", len < 7 ? len : 7) == 0;
}

/* One sequence beginning with ESC; 0: wait for more. */
static size_t read_escape(struct input_decoder *d, const char *s, size_t len,
			  int64_t now, bool late, struct input *out, bool *ok)
{
	uint32_t key = 0;
	size_t used = find_known(d, s, len, &key);

	out->kind = INPUT_KEY;
	if (used) {
		out->key = key;
		*ok = true;
		return used;
	}
	if (len > 1 && s[1] == '[' && (len > 2 || !late))
		used = read_csi(d, s, len, now, out, ok);
	else if (len > 1 && s[1] == ']' && (len > 2 || !late))
		used = read_osc(s, len, out, ok);
	else if (begins_apc(s, len) && (len > 2 || !late))
		used = read_apc(s, len, out, ok);
	else if (len > 1 && s[1] == 'O' && (len > 2 || !late)) {
		key = len > 2 ? key_of_letter(s[2]) : 0;
		if (len > 2 && s[2] == 'M')
			key = KBD_ENTER;
		out->key = key;
		*ok = key != 0;
		used = len > 2 ? 3 : 0;
	} else if (len > 1 && s[1] == 0x1b) {
		/* Alt before a key that itself begins with ESC, or two ESC. */
		out->key = KBD_ESC;
		*ok = true;
		return 1;
	} else if (len > 1 && !(utf8_is_cut(d, s + 1, len - 1) && !late)) {
		out->key = key_of_char(d, s + 1, len - 1, &used) | KBD_ALT;
		*ok = true;
		return used + 1;
	}
	if (!used && late) {
		out->kind = INPUT_KEY;
		out->key = KBD_ESC;
		*ok = true;
		return len > 1 && s[1] != '[' && s[1] != 'O' ? 1 : len;
	}
	return used;
}

bool input_decoder_next(struct input_decoder *d, int64_t now_ms,
			struct input *out)
{
	*out = (struct input){.kind = INPUT_KEY};
	while (d->pos < d->in.len) {
		const char *s = d->in.s + d->pos;
		size_t len = d->in.len - d->pos, used;
		bool late = now_ms - d->last_byte >= ESC_WAIT_MS, ok = false;

		if (d->pasting)
			return read_paste(d, out);
		if (s[0] == 0x1b) {
			used = read_escape(d, s, len, now_ms, late, out, &ok);
			if (!used)
				return false;
		} else {
			uint32_t key = 0;
			used = find_known(d, s, len, &key);
			if (!used && utf8_is_cut(d, s, len) && !late)
				return false;
			if (!used)
				key = key_of_char(d, s, len, &used);
			out->key = key;
			ok = true;
		}
		d->pos += used;
		if (ok)
			return true;
	}
	return false;
}

int64_t input_decoder_deadline(const struct input_decoder *d)
{
	if (d->pos >= d->in.len || d->pasting)
		return -1;
	return d->last_byte + ESC_WAIT_MS;
}
