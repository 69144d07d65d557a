/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "proto/ldap/account.h"

#include <ldap.h>
#include <string.h>

#include "proto/ldap/private.h"
#include "proto/sid.h"

void directory_account_release(struct directory_account *a)
{
	free(a->dn);
	free(a->sid);
	free(a->address);
	free(a->name);
	free(a->legacy_dn);
	memset(a, 0, sizeof(*a));
}

struct one {
	struct directory_account *out;
	bool found;
};

static bool take_account(void *ctx, const struct directory_entry *e)
{
	struct one *o = ctx;
	struct bytes sid = {0};
	struct strv classes CLEANUP(strv_release);
	int64_t next;

	strv_init(&classes);
	if (o->found)
		return false;
	o->found = true;
	o->out->dn = xstrdup(entry_dn(e));
	o->out->address = entry_text(e, "mail");
	o->out->name = entry_text(e, "displayName");
	o->out->legacy_dn = entry_text(e, "legacyExchangeDN");
	if (entry_bytes(e, "objectSid", &sid))
		o->out->sid = sid_text(sid.p, sid.len);
	bytes_release(&sid);
	entry_values(e, "objectClass", &classes, &next);
	for (size_t i = 0; i < classes.n; i++)
		o->out->is_group |= str_eq_nocase(classes.v[i], "group");
	return false;
}

static bool find(struct directory *d, const char *base,
		 enum directory_scope scope, const char *filter,
		 struct directory_account *out, struct err *err)
{
	static const char *const attributes[] = {
		"mail",	     "displayName", "legacyExchangeDN",
		"objectSid", "objectClass", NULL};
	struct one o = {.out = out};
	struct directory_query q = {.base = base,
				    .scope = scope,
				    .filter = filter,
				    .attributes = attributes};

	memset(out, 0, sizeof(*out));
	if (!directory_search(d, &q, take_account, &o, NULL, err))
		return false;
	return o.found ||
	       err_set(err, ERR_NOT_FOUND, "the directory has no such account");
}

bool account_by_sid(struct directory *d, const char *sid,
		    struct directory_account *out, struct err *err)
{
	struct str raw CLEANUP(str_release) = STR_INIT;
	struct str f CLEANUP(str_release) = STR_INIT;

	if (!sid_add_bytes(&raw, sid))
		return err_set(err, ERR_INPUT,
			       "\"%s\" is no security identifier", sid);
	str_add(&f, "(objectSid=");
	for (size_t i = 0; i < raw.len; i++)
		str_addf(&f, "\\%02x", (unsigned char)raw.s[i]);
	str_add_char(&f, ')');
	return find(d, NULL, SCOPE_TREE, f.s, out, err);
}

bool account_by_address(struct directory *d, const char *address,
			struct directory_account *out, struct err *err)
{
	struct str f CLEANUP(str_release) = STR_INIT;

	str_add(&f, "(|");
	filter_add_equal(&f, "mail", address);
	str_add(&f, "(proxyAddresses=smtp:");
	filter_add_value(&f, address);
	str_add(&f, "))");
	return find(d, NULL, SCOPE_TREE, f.s, out, err);
}

bool account_by_legacy_dn(struct directory *d, const char *legacy_dn,
			  struct directory_account *out, struct err *err)
{
	struct str f CLEANUP(str_release) = STR_INIT;

	filter_add_equal(&f, "legacyExchangeDN", legacy_dn);
	return find(d, NULL, SCOPE_TREE, f.s, out, err);
}

bool account_by_dn(struct directory *d, const char *dn,
		   struct directory_account *out, struct err *err)
{
	return find(d, dn, SCOPE_OBJECT, "(objectClass=*)", out, err);
}

/* --- sending for somebody ---------------------------------------------------- */
struct values {
	const char *attribute;
	struct strv *out;
};

static bool take_values(void *ctx, const struct directory_entry *e)
{
	struct values *v = ctx;
	int64_t next;

	entry_values(e, v->attribute, v->out, &next);
	return false;
}

static bool values_of(struct directory *d, const char *dn,
		      const char *attribute, struct strv *out, struct err *err)
{
	const char *const attributes[] = {attribute, NULL};
	struct values v = {attribute, out};
	struct directory_query q = {.base = dn,
				    .scope = SCOPE_OBJECT,
				    .filter = "(objectClass=*)",
				    .attributes = attributes};

	return directory_search(d, &q, take_values, &v, NULL, err);
}

bool account_delegates(struct directory *d, const char *dn, struct strv *out,
		       struct err *err)
{
	return values_of(d, dn, "publicDelegates", out, err);
}

bool account_principals(struct directory *d, const char *dn, struct strv *out,
			struct err *err)
{
	return values_of(d, dn, "publicDelegatesBL", out, err);
}

bool account_set_delegate(struct directory *d, const char *dn,
			  const char *delegate, bool add, struct err *err)
{
	static char attribute[] = "publicDelegates";
	char *value CLEANUP(mem_free_ptr) = xstrdup(delegate);
	char *values[] = {value, NULL};
	LDAPMod mod = {.mod_op = add ? LDAP_MOD_ADD : LDAP_MOD_DELETE,
		       .mod_type = attribute,
		       .mod_vals.modv_strvals = values};
	LDAPMod *mods[] = {&mod, NULL};
	struct ldapmsg *m = NULL;
	char *text = NULL;
	int id = 0, code = ldap_modify_ext(d->ld, dn, mods, NULL, NULL, &id);

	if (code != LDAP_SUCCESS)
		return directory_error(d, code, NULL, err);
	if (!directory_wait(d, id, true, &m, err))
		return false;
	ldap_parse_result(d->ld, (LDAPMessage *)m, &code, NULL, &text, NULL,
			  NULL, 1);
	/* It is so already (23.2). */
	if (code == (add ? LDAP_TYPE_OR_VALUE_EXISTS : LDAP_NO_SUCH_ATTRIBUTE))
		code = LDAP_SUCCESS;
	if (code == LDAP_INSUFFICIENT_ACCESS ||
	    code == LDAP_UNWILLING_TO_PERFORM || code == LDAP_REFERRAL)
		err_set(err, ERR_DENIED,
			"the directory does not let you say who may send in "
			"your name%s",
			directory_is_catalog(d)
				? " (a global catalog only reads)"
				: "");
	else if (code != LDAP_SUCCESS)
		directory_error(d, code, text, err);
	ldap_memfree(text);
	return code == LDAP_SUCCESS;
}
