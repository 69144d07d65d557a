/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef SIM_CONTACT_H
#define SIM_CONTACT_H
/* Contacts and private groups, whatever protocol shows them. The note is the
 * item's body, the picture an attachment named ContactPicture.jpg. */
#include "tests/sim/state.h"

/* Plain text fields: X(id, EWS element). Schema order is the face's affair. */
#define CONTACT_TEXTS(X)                                                       \
	X(FILE_AS, "FileAs")                                                   \
	X(DISPLAY_NAME, "DisplayName")                                         \
	X(GIVEN, "GivenName")                                                  \
	X(INITIALS, "Initials")                                                \
	X(MIDDLE, "MiddleName")                                                \
	X(NICKNAME, "Nickname")                                                \
	X(COMPANY, "CompanyName")                                              \
	X(ASSISTANT, "AssistantName")                                          \
	X(HOMEPAGE, "BusinessHomePage")                                        \
	X(DEPARTMENT, "Department")                                            \
	X(GENERATION, "Generation")                                            \
	X(JOB_TITLE, "JobTitle")                                               \
	X(MANAGER, "Manager")                                                  \
	X(MILEAGE, "Mileage")                                                  \
	X(OFFICE, "OfficeLocation")                                            \
	X(PROFESSION, "Profession")                                            \
	X(SPOUSE, "SpouseName")                                                \
	X(SURNAME, "Surname")                                                  \
	X(FILE_AS_MAPPING, "FileAsMapping")                                    \
	X(POSTAL_INDEX, "PostalAddressIndex")

enum contact_text {
#define X(id, element) CONTACT_##id,
	CONTACT_TEXTS(X)
#undef X
		CONTACT_TEXT_COUNT
};

struct contact_email {
	char *address, *name;
};
enum { ADDRESS_BUSINESS, ADDRESS_HOME, ADDRESS_OTHER, ADDRESS_KINDS };
enum {
	PART_STREET,
	PART_CITY,
	PART_STATE,
	PART_COUNTRY,
	PART_CODE,
	ADDRESS_PARTS
};
struct contact_entry { /* a telephone by its EWS key */
	char *key, *value;
};

struct contact {
	bool list; /* a private group: members only */
	char *text[CONTACT_TEXT_COUNT];
	struct contact_email email[3];
	char *im[3];
	char *address[ADDRESS_KINDS][ADDRESS_PARTS];
	VEC(struct contact_entry) phones;
	struct strv children, companies;
	int64_t birthday, anniversary; /* CLOCK_NEVER: none */
	bool has_picture;
	struct addrs members;
};

struct contact *contact_new(void);
void contact_free(struct contact *c);
struct contact *contact_copy(const struct contact *c);
const char *contact_phone(const struct contact *c, const char *key);
void contact_set_phone(struct contact *c, const char *key, const char *value);
/* Display name and the file-as text derived where they are missing. */
void contact_derive(struct contact *c);
#endif
