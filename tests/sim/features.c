/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "tests/sim/features.h"

#include <string.h>

bool version_rank(const char *text, enum rank *out)
{
	static const struct {
		const char *name;
		enum rank rank;
	} names[] = {{"Exchange2007", RANK_2007},
		     {"Exchange2007_SP1", RANK_2007SP1},
		     {"Exchange2010", RANK_2010},
		     {"Exchange2010_SP1", RANK_2010SP1},
		     {"Exchange2010_SP2", RANK_2010SP2},
		     {"Exchange2013", RANK_2013},
		     {"Exchange2013_SP1", RANK_2013SP1},
		     {"Exchange2015", RANK_2016},
		     {"Exchange2016", RANK_2016},
		     {"V2015_10_05", RANK_2016},
		     {"V2016_01_06", RANK_2016},
		     {"V2016_04_13", RANK_2016},
		     {"V2016_07_13", RANK_2016},
		     {"V2016_10_10", RANK_2016},
		     {"V2017_01_07", RANK_2016},
		     {"V2017_04_14", RANK_2016},
		     {"V2017_07_11", RANK_2016}};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (strcmp(names[i].name, text) == 0) {
			*out = names[i].rank;
			return true;
		}
	}
	return false;
}

/* What: 'e' element, '@' attribute, 'f' FieldURI, 'd' distinguished folder. */
static const struct {
	char what;
	const char *name;
	enum rank since;
} table[] = {
	{'e', "EmptyFolder", RANK_2010SP1},
	{'e', "GetStreamingEvents", RANK_2010SP1},
	{'e', "StreamingSubscriptionRequest", RANK_2010SP1},
	{'e', "ReturnNewItemIds", RANK_2010SP1},
	{'e', "MarkAllItemsAsRead", RANK_2013},
	{'e', "GetServerTimeZones", RANK_2010},
	{'e', "GetUserConfiguration", RANK_2010},
	{'e', "GetPasswordExpirationDate", RANK_2010SP2},
	{'e', "ConvertId", RANK_2007SP1},
	{'e', "GetDelegate", RANK_2007SP1},
	{'e', "AddDelegate", RANK_2007SP1},
	{'e', "UpdateDelegate", RANK_2007SP1},
	{'e', "RemoveDelegate", RANK_2007SP1},
	{'e', "PermissionSet", RANK_2007SP1},
	{'e', "GetRoomLists", RANK_2010},
	{'e', "GetRooms", RANK_2010},
	{'e', "ProposedStart", RANK_2013SP1},
	{'f', "folder:PermissionSet", RANK_2007SP1},
	{'f', "calendar:StartTimeZone", RANK_2010},
	{'f', "calendar:EndTimeZone", RANK_2010},
	{'f', "calendar:IsOrganizer", RANK_2013},
	{'f', "contacts:HasPicture", RANK_2010},
	{'f', "distributionlist:Members", RANK_2010},
	{'e', "QueryString", RANK_2010},
	{'e', "SyncScope", RANK_2010},
	{'e', "Flag", RANK_2013},
	{'e', "UniqueBodyType", RANK_2013},
	{'e', "NormalizedBodyType", RANK_2013},
	{'e', "FilterHtmlContent", RANK_2010},
	{'e', "ConvertHtmlCodePageToUTF8", RANK_2010},
	{'e', "BlockExternalImages", RANK_2013},
	{'e', "AddBlankTargetToLinks", RANK_2013},
	{'e', "MaximumBodySize", RANK_2013SP1},
	{'e', "InlineImageUrlTemplate", RANK_2013},
	{'e', "SeekToConditionPageItemView", RANK_2013},
	{'e', "StartTimeZone", RANK_2010},
	{'e', "EndTimeZone", RANK_2010},
	{'@', "SuppressReadReceipts", RANK_2013SP1},
	{'@', "SubscribeToAllFolders", RANK_2010},
	{'@', "ContactDataShape", RANK_2010SP2},
	{'@', "SearchScope", RANK_2007SP1},
	{'f', "item:ConversationId", RANK_2010},
	{'f', "item:UniqueBody", RANK_2010},
	{'f', "item:IsAssociated", RANK_2010},
	{'f', "item:StoreEntryId", RANK_2010SP2},
	{'f', "item:WebClientReadFormQueryString", RANK_2010},
	{'f', "item:WebClientEditFormQueryString", RANK_2010},
	{'f', "item:Flag", RANK_2013},
	{'f', "item:InstanceKey", RANK_2013},
	{'f', "item:NormalizedBody", RANK_2013},
	{'f', "item:EntityExtractionResult", RANK_2013},
	{'f', "item:PolicyTag", RANK_2013},
	{'f', "item:ArchiveTag", RANK_2013},
	{'f', "item:RetentionDate", RANK_2013},
	{'f', "item:Preview", RANK_2013},
	{'f', "item:TextBody", RANK_2013},
	{'f', "item:IconIndex", RANK_2013},
	{'f', "folder:DistinguishedFolderId", RANK_2013},
	{'d', "recoverableitemsroot", RANK_2010SP1},
	{'d', "recoverableitemsdeletions", RANK_2010SP1},
	{'d', "recoverableitemsversions", RANK_2010SP1},
	{'d', "recoverableitemspurges", RANK_2010SP1},
	{'d', "archiveroot", RANK_2010SP1},
	{'d', "archivemsgfolderroot", RANK_2010SP1},
	{'d', "archivedeleteditems", RANK_2010SP1},
	{'d', "archiveinbox", RANK_2013},
	{'d', "syncissues", RANK_2013},
	{'d', "conflicts", RANK_2013},
	{'d', "localfailures", RANK_2013},
	{'d', "serverfailures", RANK_2013},
	{'d', "recipientcache", RANK_2013},
	{'d', "quickcontacts", RANK_2013},
	{'d', "conversationhistory", RANK_2013},
	{'d', "adminauditlogs", RANK_2013},
	{'d', "todosearch", RANK_2013},
	{'d', "mycontacts", RANK_2013},
	{'d', "directory", RANK_2013},
	{'d', "imcontactlist", RANK_2013},
	{'d', "peopleconnect", RANK_2013},
	{'d', "favorites", RANK_2013},
};

static bool lacks(char what, const char *name, enum rank rank)
{
	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		if (table[i].what == what && table[i].since > rank &&
		    strcmp(table[i].name, name) == 0)
			return true;
	return false;
}

static bool node_good(const xmlNode *n, enum rank rank, struct str *violation)
{
	const char *name = xr_name(n), *uri;

	if (lacks('e', name, rank)) {
		str_addf(violation, "The element '%s' is not expected.", name);
		return false;
	}
	for (const xmlAttr *a = n->properties; a; a = a->next) {
		if (lacks('@', (const char *)a->name, rank)) {
			str_addf(violation,
				 "The '%s' attribute is not "
				 "declared.",
				 a->name);
			return false;
		}
	}
	if (strcmp(name, "FieldURI") == 0) {
		uri = xr_attr(n, "FieldURI");
		if (uri && lacks('f', uri, rank)) {
			str_addf(violation,
				 "The 'FieldURI' attribute is "
				 "invalid - The value '%s' is "
				 "invalid.",
				 uri);
			return false;
		}
	} else if (strcmp(name, "DistinguishedFolderId") == 0) {
		uri = xr_attr(n, "Id");
		if (uri && lacks('d', uri, rank)) {
			str_addf(violation,
				 "The 'Id' attribute is invalid - "
				 "The value '%s' is invalid.",
				 uri);
			return false;
		}
	}
	return true;
}

bool features_check(const xmlNode *op, enum rank rank, struct str *violation,
		    int *line)
{
	const xmlNode *n = op;

	if (rank == RANK_2016)
		return true;
	/* All elements below op, in document order. */
	while (n) {
		const xmlNode *next;

		if (!node_good(n, rank, violation)) {
			*line = (int)xmlGetLineNo(n);
			return false;
		}
		next = xr_first(n);
		while (!next && n != op) {
			next = xr_next(n);
			if (!next)
				n = n->parent;
		}
		n = next;
	}
	return true;
}
