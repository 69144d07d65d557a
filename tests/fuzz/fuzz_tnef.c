/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* winmail.dat, and the compressed and plain RTF inside of it. */
#include <stdint.h>

#include "mime/tnef.h"

#define RTF_MOST ((size_t)1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *p = (const char *)data;
	struct str rtf = STR_INIT, text = STR_INIT;
	struct tnef t = {0};
	bool html = false;

	(void)tnef_read(&t, p, size);
	tnef_release(&t);
	rtf.max = text.max = RTF_MOST;
	if (tnef_rtf_decompress(p, size, &rtf))
		tnef_rtf_text(rtf.s, rtf.len, &text, &html);
	else
		tnef_rtf_text(p, size, &text, &html);
	str_release(&rtf);
	str_release(&text);
	return 0;
}
