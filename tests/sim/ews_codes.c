/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "tests/sim/ews.h"

#include <string.h>

static const struct {
	const char *code, *text;
} texts[] = {
	{"ErrorCreateItemAccessDenied", "Access to create item is denied."},
	{"ErrorInvalidOperation",
	 "The operation is not valid for this folder."},
	{"ErrorAccessDenied", "Access is denied. Check credentials and try "
			      "again."},
	{"ErrorAttachmentSizeLimitExceeded", "The attachment is too large."},
	{"ErrorBatchProcessingStopped", "Batch processing stopped before "
					"completion."},
	{"ErrorCannotDeleteObject", "The object could not be deleted."},
	{"ErrorCannotEmptyFolder", "The folder cannot be emptied."},
	{"ErrorChangeKeyRequired", "The change key is required for this "
				   "operation."},
	{"ErrorChangeKeyRequiredForWriteOperations",
	 "A change key is required for write operations."},
	{"ErrorCrossMailboxMoveCopy", "Items cannot be moved or copied between "
				      "these mailboxes."},
	{"ErrorDeleteDistinguishedFolder", "Distinguished folders cannot be "
					   "deleted."},
	{"ErrorFolderExists", "A folder with the specified name already "
			      "exists."},
	{"ErrorFolderNotFound", "The specified folder could not be found in "
				"the store."},
	{"ErrorInvalidChangeKey", "The change key is invalid."},
	{"ErrorInvalidIdEmpty", "The Id is empty."},
	{"ErrorInvalidIdMalformed", "Id is malformed."},
	{"ErrorInvalidPropertySet", "The property cannot be set."},
	{"ErrorInvalidRecipients", "At least one recipient isn't valid."},
	{"ErrorInvalidSubscription", "Subscription is invalid."},
	{"ErrorInvalidSyncStateData", "Synchronization state data is corrupt "
				      "or otherwise invalid."},
	{"ErrorIrresolvableConflict",
	 "The send or update operation could not be performed because the "
	 "change key passed in the request does not match the current change "
	 "key for the item."},
	{"ErrorItemNotFound", "The specified object was not found in the "
			      "store."},
	{"ErrorMessageDispositionRequired",
	 "The MessageDisposition attribute is required for this item."},
	{"ErrorMoveCopyFailed", "The move or copy operation failed."},
	{"ErrorMoveDistinguishedFolder", "Distinguished folders cannot be "
					 "moved."},
	{"ErrorNameResolutionNoResults", "No results were found."},
	{"ErrorNonExistentMailbox",
	 "The SMTP address has no mailbox associated with it."},
	{"ErrorQuotaExceeded", "The mailbox has exceeded its quota."},
	{"ErrorSendAsDenied",
	 "The user account which was used to submit this request does not have "
	 "the right to send mail on behalf of the specified sending account."},
	{"ErrorServerBusy", "The server cannot service this request right now. "
			    "Try again later."},
	{"ErrorSubscriptionNotFound", "The subscription was not found."},
	{"ErrorSyncFolderNotFound", "The folder to be synchronized could not "
				    "be found."},
};

const char *ews_code_text(const char *code)
{
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		if (strcmp(texts[i].code, code) == 0)
			return texts[i].text;
	return "The operation failed.";
}

bool batch_stopped(const struct req *r, size_t i, size_t n)
{
	return r->fault.kind == FAULT_PARTIAL && i >= (n + 1) / 2;
}
