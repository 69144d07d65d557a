/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#define LDAP_DEPRECATED 0
#include "proto/ldap/password.h"
#include <ldap.h>
#include <string.h>
#include "base/clock.h"
#include "base/utf8.h"
#include "proto/ldap/private.h"

#define TICKS 10000000LL	 /* of 100 ns a second */
#define UNIX_EPOCH 11644473600LL /* seconds after 1601 */
#define NEVER_EXPIRES 0x10000	 /* userAccountControl */
#define EXPIRED 0x800000
#define FILETIME_NEVER INT64_MAX

int64_t password_when(int64_t computed, int64_t last_set, int64_t max_age,
		      int64_t control)
{
	if (computed != PASSWORD_ABSENT) {
		if (computed == FILETIME_NEVER)
			return CLOCK_NEVER;
		return computed <= 0 ? 0 : computed / TICKS - UNIX_EPOCH;
	}
	if (control != PASSWORD_ABSENT && control & NEVER_EXPIRES)
		return CLOCK_NEVER;
	if (last_set == 0 || (control != PASSWORD_ABSENT && control & EXPIRED))
		return 0;
	/* Zero, or the most negative number, in the domain: never. */
	if (max_age == PASSWORD_ABSENT || max_age == 0 || last_set < 0)
		return CLOCK_NEVER;
	if (max_age < 0)
		max_age = -max_age;
	if (last_set > INT64_MAX - max_age)
		return CLOCK_NEVER;
	return (last_set + max_age) / TICKS - UNIX_EPOCH;
}

static bool take_dn(void *ctx, const struct directory_entry *e)
{
	mem_replace(ctx, xstrdup(entry_dn(e)));
	return false;
}

static bool find(struct directory *d, const char *filter, char **dn,
		 struct err *err)
{
	static const char *const attributes[] = {"objectClass", NULL};
	struct directory_query q = {.scope = SCOPE_TREE,
				    .filter = filter,
				    .attributes = attributes,
				    .limit = 1};

	return directory_search(d, &q, take_dn, dn, NULL, err);
}

bool password_find_user(struct directory *d, const char *user,
			const char *address, char **dn, struct err *err)
{
	struct str f CLEANUP(str_release) = STR_INIT;
	const char *slash = user ? strchr(user, '\\') : NULL;
	char *found = NULL;

	str_add(&f, "(&(objectClass=user)(|");
	if (slash)
		filter_add_equal(&f, "sAMAccountName", slash + 1);
	else if (user && strchr(user, '@'))
		filter_add_equal(&f, "userPrincipalName", user);
	else if (user)
		filter_add_equal(&f, "sAMAccountName", user);
	if (!user && address) {
		filter_add_equal(&f, "mail", address);
		filter_add_equal(&f, "userPrincipalName", address);
	}
	str_add(&f, "))");
	if (!find(d, f.s, &found, err))
		return false;
	/* The implicit name, where the account has none written down. */
	if (!found && user && strchr(user, '@')) {
		str_clear(&f);
		str_add(&f, "(&(objectClass=user)(|");
		filter_add_equal(&f, "mail", user);
		if (address)
			filter_add_equal(&f, "mail", address);
		char *bare CLEANUP(mem_free_ptr) =
			xstrndup(user, strcspn(user, "@"));

		filter_add_equal(&f, "sAMAccountName", bare);
		str_add(&f, "))");
		if (!find(d, f.s, &found, err))
			return false;
	}
	if (!found)
		return err_set(err, ERR_NOT_FOUND,
			       "the directory does not know the account %s",
			       user ? user : str_or_empty(address));
	*dn = found;
	return true;
}

struct facts {
	int64_t computed, last_set, max_age, control;
};

static bool take_user(void *ctx, const struct directory_entry *e)
{
	struct facts *f = ctx;

	f->computed = entry_number(e, "msDS-UserPasswordExpiryTimeComputed",
				   PASSWORD_ABSENT);
	f->last_set = entry_number(e, "pwdLastSet", PASSWORD_ABSENT);
	f->control = entry_number(e, "userAccountControl", PASSWORD_ABSENT);
	return true;
}

static bool take_domain(void *ctx, const struct directory_entry *e)
{
	struct facts *f = ctx;

	f->max_age = entry_number(e, "maxPwdAge", PASSWORD_ABSENT);
	return true;
}

bool password_expiry(struct directory *d, const char *dn, int64_t *when,
		     struct err *err)
{
	static const char *const of_user[] = {
		"msDS-UserPasswordExpiryTimeComputed", "pwdLastSet",
		"userAccountControl", NULL};
	static const char *const of_domain[] = {"maxPwdAge", NULL};
	struct facts f = {PASSWORD_ABSENT, PASSWORD_ABSENT, PASSWORD_ABSENT,
			  PASSWORD_ABSENT};
	struct directory_query q = {.base = dn,
				    .scope = SCOPE_OBJECT,
				    .filter = "(objectClass=*)",
				    .attributes = of_user};

	if (!directory_search(d, &q, take_user, &f, NULL, err))
		return false;
	/* Domain controllers before Windows 2008 do not compute it. */
	if (f.computed == PASSWORD_ABSENT) {
		q.base = directory_domain(d);
		q.attributes = of_domain;
		if (!directory_search(d, &q, take_domain, &f, NULL, err))
			return false;
		if (f.last_set == PASSWORD_ABSENT)
			return err_set(err, ERR_DENIED,
				       "the directory does not say when the "
				       "password was set");
	}
	*when = password_when(f.computed, f.last_set, f.max_age, f.control);
	return true;
}

/* --- changing
 * ----------------------------------------------------------------- */

/* UTF-16LE of the password in double quotes; both wiped by the caller. */
static bool quote(const char *password, struct bytes *out)
{
	size_t len = strlen(password), n = 0;
	unsigned char *p = xmalloc(len * 2 + 8);

	p[n++] = '"';
	p[n++] = 0;
	for (size_t i = 0; i < len;) {
		uint32_t rune;

		i += utf8_decode(password + i, len - i, &rune);
		if (rune >= 0x10000) {
			uint32_t v = rune - 0x10000;
			uint32_t pair[2] = {0xD800 + (v >> 10),
					    0xDC00 + (v & 0x3FF)};

			for (int k = 0; k < 2; k++) {
				p[n++] = (unsigned char)(pair[k] & 0xFF);
				p[n++] = (unsigned char)(pair[k] >> 8);
			}
		} else {
			p[n++] = (unsigned char)(rune & 0xFF);
			p[n++] = (unsigned char)(rune >> 8);
		}
	}
	p[n++] = '"';
	p[n++] = 0;
	out->p = p;
	out->len = n;
	return utf8_is_valid(password, len);
}

static void wipe(struct bytes *b)
{
	mem_wipe(b->p, b->len);
	bytes_release(b);
}

static bool refused(struct directory *d, int code, const char *text,
		    struct err *err)
{
	if (code == LDAP_CONSTRAINT_VIOLATION && text &&
	    strstr(text, "00000056")) {
		err_set(err, ERR_AUTH, "the old password is wrong");
		directory_set_code(err, "wrong-password");
	} else if (code == LDAP_CONSTRAINT_VIOLATION) {
		err_set(err, ERR_DENIED,
			"the new password does not meet the rules of your "
			"organisation (length, mix of characters, not used "
			"before, the last change not too recent)");
		directory_set_code(err, "password-policy");
	} else {
		directory_error(d, code, text, err);
		err_add(err, "while changing the password");
	}
	return false;
}

bool directory_change_password(struct directory *d, const char *dn,
			       const char *old_password,
			       const char *new_password, struct err *err)
{
	static char attribute[] = "unicodePwd";
	struct bytes was, now;
	bool old_good = quote(old_password, &was);
	bool valid = quote(new_password, &now) && old_good;
	struct berval before = {was.len, (char *)was.p};
	struct berval after = {now.len, (char *)now.p};
	struct berval *old_values[] = {&before, NULL};
	struct berval *new_values[] = {&after, NULL};
	LDAPMod remove = {.mod_op = LDAP_MOD_DELETE | LDAP_MOD_BVALUES,
			  .mod_type = attribute,
			  .mod_vals.modv_bvals = old_values};
	LDAPMod add = {.mod_op = LDAP_MOD_ADD | LDAP_MOD_BVALUES,
		       .mod_type = attribute,
		       .mod_vals.modv_bvals = new_values};
	LDAPMod *mods[] = {&remove, &add, NULL};
	struct ldapmsg *m = NULL;
	char *text = NULL;
	int id = 0, code = LDAP_SUCCESS;
	bool ok = true;

	if (!d->encrypted || !valid) {
		wipe(&was);
		wipe(&now);
		return err_set(err, ERR_INPUT,
			       d->encrypted
				       ? "the password is not valid text"
				       : "a password is changed over TLS only");
	}
	code = ldap_modify_ext(d->ld, dn, mods, NULL, NULL, &id);
	wipe(&was);
	wipe(&now);
	if (code != LDAP_SUCCESS)
		return directory_error(d, code, NULL, err);
	if (!directory_wait(d, id, true, &m, err))
		return false;
	ldap_parse_result(d->ld, (LDAPMessage *)m, &code, NULL, &text, NULL,
			  NULL, 1);
	if (code != LDAP_SUCCESS)
		ok = refused(d, code, text, err);
	ldap_memfree(text);
	return ok;
}
