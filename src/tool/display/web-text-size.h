/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vz.h>

G_BEGIN_DECLS

/* Keeps a guest's text consoles as large as their visible part. */
typedef struct _WebTextSize WebTextSize;

WebTextSize *web_text_size_new (VzVirtualMachine *machine);
void web_text_size_free (WebTextSize *self);
/* The screen now has this many pixels. */
void web_text_size_set (WebTextSize *self, guint width, guint height);

G_END_DECLS
