/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vz.h>

G_BEGIN_DECLS

/* Keeps the text consoles of a guest as large as what is seen of them. */
typedef struct _WebTextSize WebTextSize;

WebTextSize *web_text_size_new (VzVirtualMachine *machine);
void web_text_size_free (WebTextSize *self);
/* The screen has this many pixels now. */
void web_text_size_set (WebTextSize *self, guint width, guint height);

G_END_DECLS
